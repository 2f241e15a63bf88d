/* Around typing into a cell: what it begins with, and where it leads. */
import { isFilled } from './model.js';
import { narrow, shortKind } from './typed.js';

/* What a cell holds, as one would type it. */
export function typedOf(grid, cell) {
	if (!isFilled(cell) || !cell.value)
		return '';
	const letters = shortKind(cell.value.kind);
	const time = cell.value.minutes > 0 ? narrow(cell.value.minutes) : '';

	return [letters, time].filter(Boolean).join(' ');
}

/* The cell after ${at}, of as many rows and days: 'down', 'on' or 'back'. */
export function after(at, step, rows, days) {
	const line = at.row * 2 + at.half;

	if (step === 'down' && line + 1 < rows * 2)
		return {
			row: Math.floor((line + 1) / 2),
			half: (line + 1) % 2,
			day: at.day,
		};
	if (step === 'on' && at.day + 1 < days)
		return { ...at, day: at.day + 1 };
	if (step === 'back' && at.day > 0)
		return { ...at, day: at.day - 1 };
	return at;
}
