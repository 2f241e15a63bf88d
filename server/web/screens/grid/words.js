/* What a cell says: in the cell, and to who cannot see it. */
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { HALVES, extrasOf, isFilled, isMissing, isPlanned } from './model.js';
import { narrow, shortKind } from './typed.js';

export function slotName(slot) {
	if (slot === 'am' || slot === 'pm')
		return t(`grid.slot_${slot}`);
	return t('grid.slot_x', { n: slot.slice(1) });
}

/* A kind's name, from the office's list; what it does not name is an absence
 * that the reader may not know more about. */
export function kindName(kinds, slug) {
	return kinds.get(slug)?.label || t('grid.absence');
}

/* Many cells share one value, and a reading has its own: said once each. */
const texts = new WeakMap();

/* "3 h 30 travail" */
export function valueText(kinds, value) {
	if (!value || value.void)
		return t('grid.void');
	if (!texts.has(value)) {
		const kind = kindName(kinds, value.kind);

		texts.set(
			value,
			value.minutes > 0 ? `${duration(value.minutes)} ${kind}` : kind,
		);
	}
	return texts.get(value);
}

/* What is written in the cell: text, the letters of a kind, a class. */
export function faceOf(grid, row, day, half) {
	const cell = row.cells[`${day}${HALVES[half]}`];

	if (!isFilled(cell)) {
		if (isMissing(grid, row, day, half))
			return { text: '?', look: 'missing' };
		if (isPlanned(row, day, half))
			return { text: '·', look: 'planned' };
		const { rest, holiday } = grid.days[day];

		return { text: '', look: rest || holiday ? 'rest' : 'free' };
	}
	if (cell.state === 'contested')
		return { text: '≠', look: 'contested' };
	if (cell.flags.includes('doubled'))
		return { text: '2×', look: 'contested' };
	const kind = grid.kinds.get(cell.value.kind);
	const letters = shortKind(cell.value.kind);
	const absence = kind ? kind.absence : true;

	return absence
		? { text: letters, look: 'absence' }
		: { text: narrow(cell.value.minutes), kind: letters, look: 'hours' };
}

/* The marks of a cell, each with its word. */
export function marksOf(cell) {
	const marks = [];

	if (!isFilled(cell))
		return marks;
	if (cell.flags.includes('late'))
		marks.push({ sign: '◷', word: t('grid.late') });
	if (cell.flags.includes('corrected'))
		marks.push({ sign: '✎', word: t('grid.corrected') });
	if (cell.flags.includes('paper'))
		marks.push({ sign: '▤', word: t('grid.paper') });
	return marks;
}

/* All of it in words: "lundi 16 novembre, matin : 3 h 30 travail, corrigé". */
export function labelOf(grid, row, day, half) {
	const cell = row.cells[`${day}${HALVES[half]}`];
	const words = [];

	if (isMissing(grid, row, day, half))
		words.push(t('grid.missing'));
	else if (!isFilled(cell))
		words.push(
			isPlanned(row, day, half) ? t('grid.planned') : t('grid.free'),
		);
	else if (cell.state === 'contested')
		words.push(t('grid.contested'));
	else
		words.push(valueText(grid.kinds, cell.value));
	if (cell?.flags.includes('doubled') && isFilled(cell))
		words.push(t('grid.doubled'));
	for (const mark of marksOf(cell))
		words.push(mark.word);
	if (half === 1)
		for (const extra of extrasOf(row, day))
			words.push(
				`${slotName(extra.slot)} ${valueText(grid.kinds, extra.value)}`,
			);
	if (row.closed)
		words.push(t('grid.closed'));
	return `${row.name}, ${grid.days[day].name}, ${slotName(HALVES[half])} : ${words.join(', ')}`;
}
