/*
 * A month as the grid shows it, from GET grid: rows of workers, in each a
 * cell for every half-day that holds something. Nothing here is changed in
 * place: a row that changes is another row, so that the others are not drawn
 * again.
 */
import { dayName, dayText } from '../../../../shared/web/format.js';

export const HALVES = ['am', 'pm'];

function daysOf(data) {
	const prefix = data.first.slice(0, 8);

	return Array.from({ length: data.days }, (_, i) => {
		const iso = `${prefix}${String(i + 1).padStart(2, '0')}`;
		const weekday = new Date(`${iso}T00:00:00Z`).getUTCDay();

		return {
			iso,
			name: dayName(iso),
			letter: dayText(iso, { weekday: 'narrow' }),
			rest: weekday === 0 || weekday === 6,
			monday: weekday === 1,
			holiday: data.holidays[i + 1] || '',
			past: iso < data.today,
			today: iso === data.today,
		};
	});
}

function cellOf([day, slot, value, version, state = 'merged', ...flags], values) {
	return {
		day: day - 1,
		slot,
		value: value === null ? null : values[value],
		version,
		state,
		flags,
	};
}

function rowOf(data, row) {
	const cells = {};

	for (const one of row.slots) {
		const cell = cellOf(one, data.values);

		cells[`${cell.day}${cell.slot}`] = cell;
	}
	return {
		...row,
		id: `${row.structure}/${row.worker}`,
		cells,
		hasExtras: row.slots.some(([, slot]) => slot[0] === 'x'),
	};
}

export function readGrid(data) {
	return {
		month: data.month,
		days: daysOf(data),
		kinds: new Map(data.kinds.map((one) => [one.slug, one])),
		annexes: data.annexes,
		rows: data.rows.map((row) => rowOf(data, row)),
	};
}

export function cellAt(row, day, slot) {
	return row.cells[`${day}${slot}`];
}

/* Is there an answer, one value or several? A cancelled slot has none. */
export function isFilled(cell) {
	return Boolean(cell) && cell.state !== 'void' && cell.state !== 'empty';
}

export function isPlanned(row, day, half) {
	return (Number(row.planned[day]) & (1 << half)) !== 0;
}

export function isMissing(grid, row, day, half) {
	return (
		grid.days[day].past &&
		isPlanned(row, day, half) &&
		!isFilled(cellAt(row, day, HALVES[half]))
	);
}

/* x1 to x9 of a day that hold something. */
export function extrasOf(row, day) {
	const found = [];

	if (!row.hasExtras)
		return found;
	for (let i = 1; i <= 9; i++) {
		const cell = cellAt(row, day, `x${i}`);

		if (isFilled(cell))
			found.push(cell);
	}
	return found;
}

export function freeExtra(row, day) {
	for (let i = 1; i <= 9; i++)
		if (!isFilled(cellAt(row, day, `x${i}`)))
			return `x${i}`;
	return '';
}

/* Minutes to pay, and what is to be looked at: as the office's report. */
export function totalsOf(grid, row) {
	const totals = { payable: 0, contested: 0, missing: 0 };

	for (const cell of Object.values(row.cells)) {
		const paid = grid.kinds.get(cell.value?.kind)?.paid;

		if (cell.state === 'contested' || cell.flags.includes('doubled'))
			totals.contested += 1;
		else if (cell.state === 'merged' && paid && !row.unknown)
			totals.payable += cell.value.minutes;
	}
	grid.days.forEach((_, day) =>
		HALVES.forEach((_half, half) => {
			if (isMissing(grid, row, day, half))
				totals.missing += 1;
		}),
	);
	return totals;
}

/* The grid with what an act's answer says of one slot. */
export function withAnswer(grid, answer) {
	const id = `${answer.structure}/${answer.worker}`;
	const day = Number(answer.day.slice(8)) - 1;
	const flags = ['corrected', 'paper', 'late'].filter((one) => answer[one]);

	if (answer.day.slice(0, 7) !== grid.month)
		return grid;
	return {
		...grid,
		rows: grid.rows.map((row) =>
			row.id === id
				? {
						...row,
						hasExtras: row.hasExtras || answer.slot[0] === 'x',
						cells: {
							...row.cells,
							[`${day}${answer.slot}`]: {
								day,
								slot: answer.slot,
								value: answer.value,
								version: answer.version,
								state: answer.state,
								flags,
							},
						},
					}
				: row,
		),
	};
}

/* What is in a cell, for an act's --seen. */
export function seenOf(cell) {
	return cell?.version || 'none';
}
