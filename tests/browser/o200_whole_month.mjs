/*
 * A whole month of two structures, from an empty server to the last file: the
 * lists come in by the page, two laptops are enrolled from it and record the
 * month away from the office; what they differ on is settled, who was on no
 * list is matched, blanks are filled, everybody signs, both structures are
 * closed, one late half-day is adjusted, and the files that leave have the
 * figures of the commands and of this play's own book (whole_month_book.mjs).
 *
 * The month is fixed; home alone looks at the calendar (server/todo/todo.h), so
 * what it shows of the month before is followed only within its twelve months.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { comeIn, logIn, logOut, place, screen, settled, visit } from './office.mjs';
import { ROOT, ok, play, same, shot, show, until } from './stage.mjs';
import {
	ANNEXES,
	ARRIVED,
	Book,
	CAST,
	DAYS,
	MONTH,
	NAMES,
	STRUCTURES,
	WORKERS,
	annexes,
	contracts,
	firstDay,
	iso,
	rowsOf,
	structureOf,
	told,
	total,
} from './whole_month_book.mjs';
import { asp, logged, payroll, report, sheets } from './whole_month_files.mjs';

const run = promisify(execFile);

/* ---- the page ---- */

function dialog(page) {
	return page.getByRole('dialog');
}

/* Choose a kind and a file, see what it would do, and do it. */
async function bring(page, kind, file) {
	await page
		.getByRole('navigation', { name: 'Que voulez-vous' })
		.getByRole('link', { name: kind, exact: true })
		.click();
	await page.locator('#import-columns').filter({ hasText: kind }).waitFor();
	await page.locator('input[type="file"]').setInputFiles(file);
	await page.getByText('à ajouter').waitFor();
	await page.getByRole('button', { name: /^Importer \(/ }).click();
	await page.locator('.strip-good').waitFor();
}

function written(stage, name, text) {
	const file = path.join(stage.path, name);

	fs.writeFileSync(file, text);
	return file;
}

async function lists(stage, office, page) {
	for (const [kind, name] of [
		['Structures', 'structures'],
		['Chantiers', 'sites'],
		['Équipes', 'crews'],
		['Encadrants', 'supervisors'],
		['Salariés', 'workers'],
	])
		await bring(page, kind, path.join(CAST, `${name}.csv`));
	await bring(page, 'Annexes financières', written(stage, 'annexes.csv', annexes()));
	const text = written(stage, 'contrats.csv', contracts());
	const book = path.join(stage.path, 'contrats.xlsx');

	await run('python3', [path.join(ROOT, 'tests/lib/workbook.py'), text, book]);
	await bring(page, 'Contrats', book);
	const { contracts: unused, ...setup } = (await office.run('todo', '--json')).setup;

	same(setup, {
		structures: 2,
		annexes: 2,
		sites: rowsOf('sites.csv').length - 1,
		crews: 2,
		workers: WORKERS.length,
		supervisors: 3,
		skills: 0,
		laptops: 0,
	});
	ok('every list comes in by the page: CSV as it is, contracts from a workbook');
}

/* A laptop by a code of the page, which sees ${crews}. */
async function enrol(stage, page, name, crews) {
	const laptop = stage.newLaptop(name);

	await page.getByRole('button', { name: 'Enrôler un poste' }).first().click();
	for (const crew of crews)
		await dialog(page).getByText(crew).click();
	await dialog(page).getByRole('button', { name: 'Faire un code' }).click();
	const code = dialog(page).locator('.devices-text code');

	await code.waitFor();
	await laptop.run('enrol', await code.textContent(), '--name', name);
	await dialog(page).getByText(`« ${name} » est enrôlé.`).waitFor();
	await dialog(page).getByRole('button', { name: 'Fermer' }).last().click();
	await dialog(page).waitFor({ state: 'detached' });
	await laptop.run('sync');
	return laptop;
}

/* ---- away from the office ---- */

async function month(stage, laptop, book, workers) {
	const lines = ['worker;day;slot;time;kind'];

	for (const one of workers)
		for (const day of DAYS.filter((some) => some >= firstDay(one)))
			for (const slot of ['am', 'pm']) {
				const [minutes, kind] = told(one.worker, day, slot) || [];

				if (kind === undefined)
					continue;
				lines.push(`${one.worker};${iso(day)};${slot};${minutes}min;${kind}`);
				book.put(one.worker, day, slot, minutes, kind);
			}
	await laptop.run(
		'hours', 'import',
		written(stage, `${laptop.name}.csv`, `${lines.join('\n')}\n`),
	);
}

async function add(laptop, worker, day, slot, time, ...more) {
	await laptop.run(
		'hours', 'add', '--worker', worker, '--day', iso(day), '--slot', slot,
		'--time', time, ...more,
	);
}

async function record(stage, office, book, { berges, remparts }) {
	await office.stop();
	await month(stage, berges, book, WORKERS.filter(({ worker }) => worker[0] === 'V'));
	await month(stage, remparts, book, WORKERS.filter(({ worker }) => worker[0] === 'B'));

	await add(berges, 'V04', 14, 'am', '3h30', '--as', 'ENC-01');
	await add(remparts, 'V04', 14, 'am', '2h', '--as', 'ENC-02');
	await berges.run(
		'hours', 'set', '--worker', 'V10', '--day', iso(21), '--slot', 'pm',
		'--time', '2h45', '--reason', 'parti à 15 h 45',
	);
	book.put('V10', 21, 'pm', 165);
	await add(remparts, 'B07', 21, 'x1', '1h');
	await remparts.run(
		'hours', 'void', '--worker', 'B07', '--day', iso(21), '--slot', 'x1',
		'--reason', 'saisi pour la mauvaise personne',
	);
	const { newcomer } = await berges.run(
		'newcomer', 'add', '--first-name', 'Soraya', '--crew', 'VERTS', '--json',
	);

	for (const day of DAYS.filter((one) => one >= ARRIVED))
		for (const slot of ['am', 'pm']) {
			await add(berges, newcomer, day, slot, '3h15');
			book.put('V13', day, slot, 195);
		}
	for (const laptop of [berges, remparts]) {
		const { status, err } = await laptop.attempt('sync');

		show(status !== 0, 'synced with no office', err);
	}
	await office.start();
	await berges.run('sync');
	await remparts.run('sync');
	const { total: found } = await office.run('report', 'month', MONTH, '--json');

	same(found.contested, 1, 'contested');
	ok(`${book.slots.size} half-days recorded away from the office, then sent`);
}

/* ---- at the office ---- */

function homeLink(page, what) {
	return page.locator('a.home-link').filter({ hasText: what }).first();
}

async function settle(page, office, book) {
	await screen(page, 'Accueil');
	await homeLink(page, 'créneau contesté').click();
	const side = page.locator('.conflicts-side').filter({ hasText: /3\sh\s30/ });

	await page.locator('.conflicts-side').nth(1).waitFor();
	await shot(page, 'whole-conflict');
	await side.getByRole('button', { name: /^Garder/ }).click();
	await dialog(page).locator('textarea[name="reason"]').fill('présent dès 8 h');
	await dialog(page).getByRole('button', { name: 'Trancher' }).click();
	await dialog(page).waitFor({ state: 'detached' });
	await until(
		async () =>
			(await office.run('conflicts', 'list', '--json')).rows.length === 0,
		'the conflict settled',
	);
	book.put('V04', 14, 'am', 210);
	ok('home leads to what is contested, and it is settled');
}

async function match(stage, page, office) {
	await screen(page, 'Importer');
	await bring(page, 'Salariés', path.join(CAST, 'workers-late.csv'));
	await bring(
		page,
		'Contrats',
		written(
			stage,
			'contrat.csv',
			'contract;worker;annex;kind;start;end;weekly\n' +
				`C1;V13;${ANNEXES.RIVES};CDDI;${ARRIVED}/10/2026;16/05/2027;26h\n`,
		),
	);
	await screen(page, 'Accueil');
	await homeLink(page, 'nouveau venu').click();
	const row = page.locator('.grid-worker', { hasText: 'Soraya' });

	await row.getByRole('button', { name: 'Nouveau' }).click();
	await dialog(page).getByRole('button', { name: 'Haddadène' }).click();
	await dialog(page).getByRole('button', { name: 'Rattacher', exact: true }).click();
	await dialog(page).waitFor({ state: 'detached' });
	await until(
		async () =>
			(await office.run('newcomer', 'list', '--json')).rows[0].worker === 'V13',
		'the newcomer matched',
	);
	ok('who was on no list is imported, and home leads to the match');
}

async function fill(page, office, book) {
	const missing = async () => {
		const found = [];

		for (const structure of STRUCTURES) {
			const { rows } = await office.run(
				'month', 'blockers', MONTH, '--structure', structure, '--json',
			);

			found.push(...rows.map((one) => `${one.why} ${one.worker}`));
		}
		return found.sort();
	};

	same(
		await missing(),
		['missing V05', ...Array(10).fill('missing V06')],
		'what stands in the way',
	);
	await place(page, `#/grid/${MONTH}?s=RIVES`);
	await page.locator('.grid-cell').first().waitFor();
	await page.getByRole('button', { name: 'Absence sur une période' }).click();
	const form = dialog(page);

	await form.locator('select[name="row"]').selectOption('RIVES/V06');
	await form.locator('select[name="kind"]').selectOption('sick');
	await form.locator('input[name="from"]').fill(iso(12));
	await form.locator('input[name="to"]').fill(iso(16));
	await form.getByRole('button', { name: 'Noter la période' }).click();
	await form.waitFor({ state: 'detached' });
	for (let day = 12; day <= 16; day += 1)
		for (const slot of ['am', 'pm'])
			book.put('V06', day, slot, 0, 'sick');
	await page
		.locator('.grid-worker', { hasText: 'Nowicka' })
		.locator('tr')
		.nth(1)
		.getByRole('gridcell')
		.nth(19)
		.focus();
	await page.keyboard.type('3h15');
	await page.keyboard.press('Enter');
	book.put('V05', 20, 'pm', 195);
	await until(async () => (await missing()).length === 0, 'no blank left');
	await shot(page, 'whole-grid');
	ok('blanks are filled on the grid: a week in one act, a half-day typed');
}

async function sign(office, book, { berges, remparts }) {
	const everybody = Object.keys(book.payable());

	await berges.run('sync');
	await remparts.run('sync');
	for (const worker of everybody) {
		const laptop = worker.startsWith('V') ? berges : remparts;
		const { sum } = await laptop.run(
			'signoff', 'show', '--worker', worker, '--month', MONTH, '--json',
		);

		await laptop.run(
			'signoff', 'add', '--worker', worker, '--month', MONTH, '--sum', sum,
			'--answer', 'agree', '--how', 'paper',
		);
	}
	await berges.run('sync');
	await remparts.run('sync');
	const { rows } = await office.run('month', 'status', MONTH, '--json');

	same(
		rows.map((row) => [row.structure, row.signoffs.done, row.signoffs.total]),
		STRUCTURES.map((one) => {
			const n = everybody.filter((some) => structureOf(some) === one).length;

			return [one, n, n];
		}),
		'signed',
	);
	ok(`${everybody.length} workers sign on the laptops what the office has`);
}

/* Months between ${MONTH} and today's. */
function monthsAgo() {
	const now = new Date();
	const [year, number] = MONTH.split('-').map(Number);

	return (now.getFullYear() - year) * 12 + now.getMonth() + 1 - number;
}

/* From home, just logged in, to both structures closed. */
async function close(page, office, person) {
	let clicks = 0;
	const click = async (target) => {
		await target.click();
		clicks += 1;
	};

	await place(page, '#/home');
	await logOut(page);
	await logIn(page, person);
	await page.getByRole('heading', { name: 'Accueil', level: 1 }).waitFor();
	await settled(page);
	await shot(page, 'whole-home-before');
	if (monthsAgo() >= 1 && monthsAgo() <= 12)
		await click(
			page.locator(`a.home-link[href*="/month/${MONTH}"]`).first(),
		);
	else {
		await place(page, `#/month/${MONTH}?s=RIVES`);
		clicks += 1;
	}
	/* The link is of one structure; all of them are wanted. */
	await page.locator('.month-card').first().waitFor();
	await page.getByLabel('Structure', { exact: true }).selectOption('');
	clicks += 1;
	await page.locator('.month-card').nth(1).waitFor();
	for (const structure of STRUCTURES) {
		await click(
			page
				.locator('.month-card', { hasText: NAMES[structure] })
				.getByRole('button', { name: 'J’ai contrôlé ce mois' }),
		);
		await until(
			async () =>
				(
					await office.run(
						'month', 'status', MONTH, '--structure', structure, '--json',
					)
				).rows[0].state === 'signed',
			`${structure} checked and signed`,
		);
	}
	await shot(page, 'whole-month-ready');
	await click(page.getByRole('button', { name: 'Clore tout ce qui est prêt (2)' }));
	await click(
		dialog(page).getByRole('button', { name: 'Clore tout ce qui est prêt (2)' }),
	);
	await dialog(page).waitFor({ state: 'detached' });
	await page.getByText('2 structures closes.').first().waitFor();
	same(await states(office), ['closed', 'closed']);
	/* The link, all structures, each one checked, closed, and yes. */
	same(clicks, 6, 'clicks');
	ok(`from home to both structures checked and closed: ${clicks} clicks`);
}

async function states(office) {
	const { rows } = await office.run('month', 'status', MONTH, '--json');

	return rows.map((row) => row.state);
}

/* Minutes that are reported, as the closing's pages have them. */
async function reported(office, structure) {
	const { closing } = await office.run(
		'month', 'show', MONTH, '--structure', structure, '--json',
	);

	return closing.total.minutes;
}

async function late(page, office, book, { berges }) {
	const closed = total(book.payable('RIVES'));

	same(await reported(office, 'RIVES'), {
		closed,
		adjusted: 0,
		reported: closed,
	});
	/* Saturday the 24th: nobody had thought of it. */
	await add(berges, 'V01', 24, 'am', '2h30');
	book.put('V01', 24, 'am', 150);
	await berges.run('sync');
	await place(page, '#/home');
	await place(page, `#/month/${MONTH}`);
	const mine = page.locator('.month-card', { hasText: NAMES.RIVES });

	await mine.getByRole('button', { name: 'Voir et ajuster' }).click();
	await dialog(page).getByText(/\+2\sh\s30/).waitFor();
	await shot(page, 'whole-late');
	await dialog(page)
		.getByRole('button', { name: 'Approuver 1 ajustement' })
		.click();
	await page.getByText('1 ajustement approuvé.').first().waitFor();
	same(await reported(office, 'RIVES'), {
		closed,
		adjusted: 150,
		reported: closed + 150,
	});
	ok('a late half-day of a laptop is approved as an adjustment');
}

async function declare(page, office, file) {
	for (const structure of STRUCTURES) {
		await place(page, `#/declare/${MONTH}?s=${structure}`);
		await page.getByRole('button', { name: 'Noter comme déclaré' }).click();
		await dialog(page).locator('input[type="file"]').setInputFiles(file);
		await dialog(page).locator('.declare-hash').waitFor();
		await dialog(page).getByRole('button', { name: 'C’est déclaré' }).click();
		await dialog(page).waitFor({ state: 'detached' });
	}
	same(await states(office), ['declared', 'declared']);
}

/* Home has nothing of the month any more, whatever today's has. */
async function nothingLeft(page, office) {
	await place(page, '#/home?s=');
	await page.reload();
	await page.locator('.home-line').or(page.locator('.empty')).first().waitFor();
	await shot(page, 'whole-home-after');
	same(
		await page.locator(`a.home-link[href*="${MONTH}"]`).allTextContents(),
		[],
		'links of the month',
	);
	same(
		(await office.run('todo', '--json')).rows
			.filter(
				(row) =>
					row.link.includes(MONTH) ||
					row.since.startsWith(MONTH) ||
					['contested', 'newcomers', 'late', 'close'].includes(row.what) ||
					row.what.startsWith('alert_'),
			)
			.map((row) => row.text),
		[],
		'what is left to do',
	);
	ok('once it is declared, home has nothing left of the month');
}

await play(async (stage) => {
	const office = await stage.office({ bare: true });
	const page = await visit(stage, office, { hash: new URL(office.setup).hash });
	const person = {
		login: 'anne',
		name: 'Anne Roche',
		password: 'quatre tomates bleues dorment',
	};
	const book = new Book();

	await comeIn(page, person, true);
	await page.getByRole('link', { name: 'Commencer Structures' }).click();
	await lists(stage, office, page);

	await screen(page, 'Postes');
	const laptops = {
		berges: await enrol(stage, page, 'berges', ['Espaces verts']),
		remparts: await enrol(stage, page, 'remparts', ['Espaces verts', 'Second œuvre']),
	};

	ok('two laptops are enrolled by codes of the page');
	await logOut(page);
	await record(stage, office, book, laptops);
	await page.reload();
	await logIn(page, person);
	await settle(page, office, book);
	await match(stage, page, office);
	await fill(page, office, book);
	await sign(office, book, laptops);
	await close(page, office, person);
	await late(page, office, book, laptops);
	await place(page, `#/documents/${MONTH}`);
	await report(stage, page, office, book);
	await shot(page, 'whole-documents');
	await payroll(stage, page, book);
	await sheets(stage, page, book, 'V01');
	await declare(page, office, await asp(stage, page, office, book));
	await logged(office, person);
	await nothingLeft(page, office);
});
