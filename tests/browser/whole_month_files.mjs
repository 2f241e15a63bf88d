/*
 * The files that leave at the end of o200_whole_month.mjs: taken by the page's
 * buttons, read by other programs, compared with the book and the commands.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { ROOT, ok, same, show } from './stage.mjs';
import { MONTH, byKey, hoursOf, total } from './whole_month_book.mjs';

const run = promisify(execFile);

/* What a spreadsheet shows of a duration is a part of a day. */
const DAY = 1440;
/* Columns of the month's hours before those of the kinds. */
const KINDS_AFTER = 'Créneaux contestés';
/* A mark, a comma, UTF-8, French figures: what a French office opens. */
const FRENCH_CSV = 'CSV:59,34,76,1,,1036,false,true,false';

/* Every file that was taken: what the log must have. */
const taken = [];

/* Press a button of a document; the file. */
async function take(stage, page, name, button) {
	const [file] = await Promise.all([
		page.waitForEvent('download'),
		page
			.locator('section.card', {
				has: page.getByRole('heading', { name, exact: true }),
			})
			.getByRole('button', { name: button })
			.click(),
	]);
	const kept = path.join(stage.path, file.suggestedFilename());

	await file.saveAs(kept);
	taken.push(
		createHash('sha256').update(fs.readFileSync(kept)).digest('hex'),
	);
	return kept;
}

/* ---- the month's hours ---- */

/* Rows of cells of a workbook's first sheet. */
async function cells(book) {
	const { stdout } = await run('python3', [
		path.join(ROOT, 'tests/lib/sheet.py'),
		book,
	]);

	return JSON.parse(stdout);
}

/* {worker: its figures} and the last line's; ${minutes} reads a cell, ${step}
 * columns stand for one figure. */
function figures([head, ...rows], minutes, step) {
	const first = head.indexOf(KINDS_AFTER) + 1;
	const line = (row) => ({
		payable: minutes(row[2]),
		kinds: row
			.slice(first)
			.filter((unused, i) => i % step === 0)
			.filter((one) => one !== null && one !== undefined && one !== '')
			.map(minutes)
			.sort((a, b) => a - b),
	});

	show(first > 2, 'no such column', KINDS_AFTER, head);
	return {
		lines: Object.fromEntries(
			rows
				.slice(0, -1)
				.map((row) => [row[1], line(row)])
				.sort(byKey),
		),
		last: minutes(rows.at(-1)[2]),
	};
}

/* What they must be. */
function wanted(book) {
	const kinds = new Map();

	for (const [key, minutes] of Object.entries(book.kinds())) {
		const [worker] = key.split('/');

		kinds.set(worker, [...(kinds.get(worker) || []), minutes]);
	}
	const payable = book.payable();

	return {
		lines: Object.fromEntries(
			Object.entries(payable).map(([worker, minutes]) => [
				worker,
				{
					payable: minutes,
					kinds: kinds.get(worker).sort((a, b) => a - b),
				},
			]),
		),
		last: total(payable),
	};
}

const ofDay = (part) => Math.round(part * DAY);
const ofHours = (hours) => Math.round(hours * 60);

/* As LibreOffice has ${file}: written anew as its own workbook. */
async function reread(stage, file, ...words) {
	const place = path.join(stage.path, `lo-${path.extname(file).slice(1)}`);

	await run(
		'soffice',
		[
			'--headless',
			`-env:UserInstallation=file://${stage.path}/lo`,
			...words,
			'--convert-to', 'xlsx:Calc MS Excel 2007 XML',
			'--outdir', place,
			file,
		],
		{ env: { ...stage.environment, HOME: stage.path } },
	);
	return await cells(
		path.join(place, path.basename(file).replace(/\.[^.]*$/, '.xlsx')),
	);
}

async function has(program) {
	try {
		await run('which', [program]);
		return true;
	} catch {
		return false;
	}
}

export async function report(stage, page, office, book) {
	const workbook = await take(stage, page, 'Heures du mois', 'Classeur (XLSX)');
	const csv = await take(stage, page, 'Heures du mois', 'CSV pour Excel');
	const must = wanted(book);
	const told = await office.run('report', 'month', MONTH, '--json');

	same(
		told.rows
			.flatMap((row) =>
				Object.entries(row.kinds).map(([kind, n]) => [`${row.worker}/${kind}`, n]),
			)
			.sort(byKey),
		Object.entries(book.kinds()),
		'report month and the book',
	);
	same(
		told.total,
		{ ...told.total, minutes: must.last, contested: 0 },
		'its total',
	);
	same(figures(await cells(workbook), ofDay, 2), must, 'the workbook and the book');
	ok(`the workbook of hours: ${must.last} minutes, as the command and the book have it`);
	if (!(await has('soffice'))) {
		console.log('# no LibreOffice here: XLSX and CSV not opened by it');
		return;
	}
	same(
		figures(await reread(stage, workbook), ofDay, 2),
		must,
		'the workbook in LibreOffice',
	);
	same(
		figures(
			await reread(stage, csv, `--infilter=${FRENCH_CSV}`),
			ofHours,
			1,
		),
		must,
		'the CSV in LibreOffice',
	);
	ok('LibreOffice has every figure of both, by person and kind');
}

/* ---- payroll ---- */

export async function payroll(stage, page, book) {
	const file = await take(stage, page, 'Variables de paie', 'CSV pour Excel');
	const [head, ...rows] = fs
		.readFileSync(file, 'utf8')
		.replace(/^\ufeff/, '')
		.trim()
		.split('\r\n')
		.map((line) => line.split(';').map((one) => one.replace(/^"(.*)"$/, '$1')));
	const at = (name) => {
		const found = head.indexOf(name);

		show(found >= 0, `no column ${name}`, head);
		return found;
	};
	const [worker, kind, minutes] = ['Matricule', 'Genre', 'Minutes'].map(at);

	const sums = {};

	/* A contract has a line of its own. */
	for (const row of rows) {
		const key = `${row[worker]}/${row[kind]}`;

		sums[key] = (sums[key] || 0) + Number(row[minutes]);
	}
	same(
		Object.entries(sums).sort(byKey),
		Object.entries(book.kinds()),
		'payroll and the book',
	);
	ok(`payroll has the ${rows.length} lines of the book, by person and kind`);
}

/* ---- signed sheets ---- */

/* "152h35", "7h" */
function clock(text) {
	const [hours, minutes] = text.split('h').map(Number);

	return hours * 60 + (minutes || 0);
}

/* What a page's foot says it is of. */
const OF = new RegExp(`\\((\\w+)\\) · ${MONTH}`);

/* ${late}: whose hours came after signing. */
export async function sheets(stage, page, book, late) {
	const file = await take(stage, page, 'Feuilles d’heures signées', 'PDF');

	if (!(await has('pdftotext'))) {
		console.log('# no pdftotext here: the sheets not read');
		return;
	}
	const { stdout } = await run('pdftotext', ['-layout', file, '-'], {
		maxBuffer: 1 << 26,
	});
	const told = new Map();

	for (const text of stdout.split('\f').filter((one) => one.trim())) {
		const worker = (text.match(OF) || [])[1];

		show(worker, 'a page of nobody', text);
		told.set(worker, `${told.get(worker) || ''}${text}`);
	}
	same(
		[...told]
			.map(([worker, text]) => [
				worker,
				clock((text.match(/À payer : (\d+h\d*)/) || [])[1] || ''),
				/D'accord, le .* \(sur papier\)/.test(text),
				/À re-signer/.test(text),
				/mois clos/.test(text) && !/PROVISOIRE/.test(text),
			])
			.sort(byKey),
		Object.entries(book.payable()).map(([worker, minutes]) => [
			worker,
			minutes,
			worker !== late,
			worker === late,
			true,
		]),
		'the sheets and the book',
	);
	ok(`${told.size} sheets on paper: what is to be paid, and who signed it`);
}

/* ---- the declaration ---- */

export async function asp(stage, page, office, book) {
	const file = await take(stage, page, 'Préparation ASP', 'Fichier ASP');
	const lines = fs.readFileSync(file, 'utf8').trim().split('\r\n');
	const rows = lines.slice(2, -1).map((line) => line.split('|'));
	const declared = book.declared();
	const must = Object.entries(declared).map(([key, minutes]) => [
		key,
		hoursOf(minutes),
	]);
	const hours = must.reduce((sum, [, n]) => sum + n, 0);

	same(lines[0].split('|').slice(0, 4), ['DEB', 'pointeau-asp', '1', MONTH]);
	show(!lines[0].includes('PROVISOIRE'), lines[0]);
	same(
		rows.map((row) => [row.slice(0, 3).join('/'), Number(row[8])]).sort(byKey),
		must,
		'the file and the book',
	);
	same(lines.at(-1).split('|').slice(3), [String(rows.length), String(hours)]);
	const { structures } = await office.run('declare', MONTH, '--json');

	same(
		structures
			.flatMap((one) => one.rows)
			.map((row) => [`${row.worker}/${row.contract}/${row.annex}`, row.minutes])
			.sort(byKey),
		Object.entries(declared),
		'declare and the book',
	);
	same(
		structures.reduce((sum, one) => sum + one.total.hours, 0),
		hours,
		'the hours of both structures',
	);
	ok(`the ASP’s file: ${rows.length} rows, ${hours} hours, each rounded once`);
	return file;
}

/* ---- the log ---- */

/* Each file that left is in the log, by who took it, with its bytes' sum. */
export async function logged(office, person) {
	const { rows } = await office.run('export', 'list', '--json');

	same(
		rows.flatMap((row) => row.files.map((one) => one.sum)).sort(),
		[...taken].sort(),
		'the log and the files',
	);
	same([...new Set(rows.map((row) => row.by))], [person.login]);
	ok(`the log has the ${rows.length} files that left, each with its SHA-256`);
}
