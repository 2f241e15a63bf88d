/*
 * The month that o200_whole_month.mjs plays: its cast, what the supervisors note
 * of it, and the play's own book of what was recorded, from which every figure
 * is made again without the programs.
 */
import fs from 'node:fs';
import path from 'node:path';

import { ROOT } from './stage.mjs';

export const CAST = path.join(ROOT, 'tests/demo');

export const MONTH = '2026-10';
/* 2026-10-01 is a Thursday; no public holiday falls on a day of work. */
export const DAYS = Array.from({ length: 31 }, (unused, i) => i + 1).filter(
	(day) => ![0, 6].includes(new Date(Date.UTC(2026, 9, day)).getUTCDay()),
);
export const STRUCTURES = ['REMPARTS', 'RIVES'];
export const NAMES = { RIVES: 'Rives', REMPARTS: 'Remparts' };
export const ANNEXES = { RIVES: 'ACI051260013A0M0', REMPARTS: 'EI051260014A0M0' };

/* The crew's half-day. */
const HALF = 210;

/* ---- the book: what was recorded, and what it must come to ---- */

const PAID = new Set([
	'work', 'training', 'afest', 'counselling', 'immersion', 'travel',
	'medical', 'paid_leave', 'public_holiday',
]);
/* An ACI declares the hours that it pays, an EI those worked with it. */
const NOT_WORKED = new Set(['immersion', 'paid_leave', 'public_holiday']);

export function byKey([a], [b]) {
	return a < b ? -1 : 1;
}

export function structureOf(worker) {
	return worker.startsWith('B') ? 'REMPARTS' : 'RIVES';
}

export function iso(day) {
	return `${MONTH}-${String(day).padStart(2, '0')}`;
}

export class Book {
	constructor() {
		this.slots = new Map();
	}

	put(worker, day, slot, minutes, kind = 'work') {
		this.slots.set(`${worker}/${day}/${slot}`, { worker, day, minutes, kind });
	}

	drop(worker, day, slot) {
		this.slots.delete(`${worker}/${day}/${slot}`);
	}

	/* {key: minutes}, the keys in order, of slots that are ${wanted}. */
	sums(keyOf, wanted = () => true) {
		const sums = new Map();

		for (const one of this.slots.values())
			if (wanted(one))
				sums.set(keyOf(one), (sums.get(keyOf(one)) || 0) + one.minutes);
		return Object.fromEntries([...sums].sort(byKey));
	}

	kinds() {
		return this.sums(({ worker, kind }) => `${worker}/${kind}`);
	}

	payable(structure) {
		return this.sums(
			({ worker }) => worker,
			({ worker, kind }) =>
				PAID.has(kind) && (!structure || structureOf(worker) === structure),
		);
	}

	declared() {
		return this.sums(
			({ worker, day }) =>
				`${worker}/${contractOn(worker, day)}/${ANNEXES[structureOf(worker)]}`,
			({ worker, kind }) =>
				PAID.has(kind) &&
				!(structureOf(worker) === 'REMPARTS' && NOT_WORKED.has(kind)),
		);
	}
}

export function total(sums) {
	return Object.values(sums).reduce((sum, one) => sum + one, 0);
}

/* Half an hour up, once a row. */
export function hoursOf(minutes) {
	return Math.floor((minutes + 30) / 60);
}

/* ---- the cast ---- */

/* Rows of a file of the cast, header first. */
export function rowsOf(name) {
	return fs
		.readFileSync(path.join(CAST, name), 'utf8')
		.replace(/^\ufeff/, '')
		.trim()
		.split(/\r?\n/)
		.map((line) => line.split(';'));
}

export const WORKERS = rowsOf('workers.csv')
	.slice(1)
	.map(([worker, , , , , weekly, start, end]) => ({ worker, weekly, start, end }));

/* Fatou Diallo's contract is renewed in mid-month. */
const RENEWED = 16;
/* Soraya comes on a Monday, before the office knows of her. */
export const ARRIVED = 26;

function contractOn(worker, day) {
	return worker === 'V01' && day >= RENEWED ? 'C2' : 'C1';
}

export function contracts() {
	const lines = ['contract;worker;annex;kind;start;end;weekly'];

	for (const { worker, weekly, start, end } of WORKERS) {
		const annex = ANNEXES[structureOf(worker)];
		const one = (id, from, to) =>
			lines.push([id, worker, annex, 'CDDI', from, to, weekly].join(';'));

		if (worker === 'V01') {
			one('C1', start, '15/10/2026');
			one('C2', '16/10/2026', end);
		} else {
			one('C1', start, end);
		}
	}
	return `${lines.join('\n')}\n`;
}

export function annexes() {
	return (
		'annex;structure;measure;start;end;etp_posts;hours_per_etp\n' +
		`${ANNEXES.RIVES};RIVES;ACI_DC;01/01/2026;31/12/2026;12,5;1820\n` +
		`${ANNEXES.REMPARTS};REMPARTS;EI_DC;01/01/2026;31/12/2026;6;1505\n`
	);
}

/* The first day of the month on which somebody works. */
export function firstDay({ start }) {
	const [day, month, year] = start.split('/');

	return `${year}-${month}` === MONTH ? Number(day) : 1;
}

/*
 * What a supervisor notes of ${worker}'s half-day: [minutes, kind], null for
 * nothing. Made from the numbers, so that no two people have the same month.
 */
export function told(worker, day, slot) {
	const number = Number(worker.slice(1)) + (slot === 'pm' ? 7 : 0);

	if (worker === 'V06' && day >= 12 && day <= 16)
		return null;
	if (worker === 'V05' && day === 20 && slot === 'pm')
		return null;
	/* Recorded on each laptop by itself. */
	if (worker === 'V04' && day === 14 && slot === 'am')
		return null;
	if (worker === 'V02' && day === 8)
		return [HALF, 'training'];
	if (worker === 'B03' && day >= 22 && day <= 23)
		return [HALF, 'paid_leave'];
	if (worker === 'B05' && day === 6)
		return [HALF, 'immersion'];
	if (worker === 'B09' && day === 27)
		return [0, 'sick'];
	return (number + day) % 9 === 0 ? [HALF - 5 * (1 + (day % 7)), 'work'] : [HALF, 'work'];
}
