/*
 * Documents: seen before they are made, kept as files, written in the log
 * first; what changed since; a refusal in words; what a role may not have.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { countIs, ok, play, same, shot, show, until } from './stage.mjs';
import { everywhere, member, place, settled } from './office.mjs';

const MONTH = '#/documents/2026-11?s=RIVES';

async function hours(office, worker, day, slot, time, ...more) {
	await office.run(
		'hours',
		'add',
		'--structure',
		'RIVES',
		'--worker',
		worker,
		'--day',
		day,
		'--slot',
		slot,
		'--time',
		time,
		...more,
		'--json',
	);
}

function card(page, name) {
	return page.locator('section.card', {
		has: page.getByRole('heading', { name, exact: true }),
	});
}

/* Press a button that gives a file; its name and its bytes. */
async function take(page, name, button) {
	const [file] = await Promise.all([
		page.waitForEvent('download'),
		card(page, name).getByRole('button', { name: button }).click(),
	]);

	return {
		name: file.suggestedFilename(),
		bytes: await readFile(await file.path()),
	};
}

async function exports(office) {
	return (await office.run('export', 'list', '--json')).rows;
}

/* What a button opened has the focus, and begins on the screen. */
async function inSight(page, name) {
	const region = page.getByRole('region', { name, exact: true });

	await until(
		() => region.evaluate((one) => one === document.activeElement),
		`the focus on ${name}`,
	);
	const { y } = await region.boundingBox();
	const { height } = page.viewportSize();

	show(y >= 0 && y < height / 2, 'out of sight', name, y, height);
}

async function preview(page, office) {
	const payroll = card(page, 'Variables de paie');

	await payroll.getByRole('button', { name: 'Aperçu' }).click();
	await payroll.getByText('Provisoire :').waitFor();
	await inSight(page, 'Aperçu');
	await countIs(payroll.locator('tbody tr'), 3);
	show(
		(await payroll.locator('tbody').innerText()).includes('Diallo'),
		'no Diallo in the preview',
	);
	same((await exports(office)).length, 0);
	ok('what a document would have is seen, and nothing is logged for it');
}

async function files(page, office) {
	const csv = await take(page, 'Variables de paie', 'CSV pour Excel');

	same(csv.name, 'paie-2026-11-RIVES.csv');
	const text = csv.bytes.toString('utf-8');

	show(text.startsWith('\ufeff"'), 'no mark at the CSV’s beginning');
	show(text.includes('"Diallo"'), 'nobody in the CSV');
	const xlsx = await take(page, 'Heures du mois', 'Classeur (XLSX)');

	same(xlsx.name, 'rapport-2026-11-RIVES.xlsx');
	same(xlsx.bytes.subarray(0, 2).toString(), 'PK');
	const pdf = await take(page, 'Feuilles d’heures signées', 'PDF');

	same(pdf.name, 'feuilles-2026-11-RIVES.pdf');
	same(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
	const asp = await take(page, 'Préparation ASP', 'Fichier ASP');

	show(asp.bytes.toString().startsWith('DEB|pointeau-asp|1|2026-11|PROVISOIRE'));
	same(
		(await exports(office)).map((row) => [row.what, row.by]),
		['asp', 'sheets', 'report', 'payroll'].map((what) => [
			what,
			'direction',
		]),
	);
	ok('files are kept as the browser’s, and the log says who made them');
}

/* Unpacked as anybody would, and checked by our own program. */
async function audit(page, office) {
	/* As the screen opens: all structures. */
	await place(page, '#/documents/2026-11');
	const zip = await take(page, 'Dossier d’audit', 'Dossier (ZIP)');

	await card(page, 'Dossier d’audit').getByText('Trop gros').click();
	await card(page, 'Dossier d’audit').scrollIntoViewIfNeeded();
	await shot(page, 'documents-audit');
	const folder = await mkdtemp(join(tmpdir(), 'pointeau-audit-'));

	try {
		same(zip.name, 'audit-2026-11.zip');
		const file = join(folder, zip.name);

		await writeFile(file, zip.bytes);
		execFileSync('python3', ['-m', 'zipfile', '-e', file, folder]);
		const inside = join(folder, 'audit-2026-11');

		show((await readdir(inside)).includes('LISEZMOI.txt'), inside);
		await office.run('audit', 'verify', inside);
	} finally {
		await rm(folder, { recursive: true });
	}
	const row = (await exports(office)).find((one) => one.what === 'audit');

	same([row.by, row.format], ['direction', 'zip']);
	show(row.structures.includes('RIVES'), row.structures);
	await place(page, MONTH);
	ok('the audit folder is kept as one file, which opens and verifies');
}

async function columns(page) {
	const payroll = card(page, 'Variables de paie');

	await payroll.getByText('Choisir les colonnes').click();
	await payroll.locator('textarea').fill('Nom = couleur');
	await payroll.getByRole('button', { name: 'CSV pour Excel' }).click();
	await page.getByText('champ inconnu').first().waitFor();
	await payroll
		.locator('textarea')
		.fill('Matricule = worker\nRubrique = code\ncode.work = 1000');
	const { bytes } = await take(page, 'Variables de paie', 'CSV pour Excel');

	same(
		bytes.toString('utf-8').split('\r\n')[0],
		'\ufeff"Matricule";"Rubrique"',
	);
	ok('columns are chosen in words, and a wrong word is told');
}

async function changes(page, office) {
	const payroll = card(page, 'Variables de paie');

	await payroll
		.getByRole('button', { name: 'Ce qui a changé depuis' })
		.click();
	await payroll.getByText('Rien n’a changé').waitFor();
	await until(
		() =>
			payroll
				.getByRole('region', { name: 'Ce qui a changé depuis' })
				.evaluate((one) => one === document.activeElement),
		'the focus on what changed',
	);
	await hours(office, 'V02', '2026-11-18', 'am', '2h', '--kind', 'formation');
	await payroll
		.getByRole('button', { name: 'Ce qui a changé depuis' })
		.click();
	await payroll
		.getByRole('button', { name: 'Ce qui a changé depuis' })
		.click();
	await payroll.getByText(/^V02\/.*training$/).waitFor();
	await countIs(payroll.locator('tbody tr'), 1);
	ok('what changed since the last one is told');
}

async function log(page) {
	await page.getByRole('tab', { name: 'Exports faits' }).click();
	await settled(page);
	await countIs(page.locator('tbody tr'), 6);
	await page
		.getByRole('button', { name: /Comparer avec/ })
		.first()
		.click();
	await page.getByText(/Ce qui a changé depuis/).first().waitFor();
	await page.keyboard.press('Escape');
	ok('the log has them all, the last first, each to be compared');
}

async function refusal(page) {
	await place(page, '#/documents/2020-01?s=RIVES');
	await card(page, 'Variables de paie')
		.getByRole('button', { name: 'CSV pour Excel' })
		.click();
	await page.getByText('rien à exporter').first().waitFor();
	ok('a month without a row gives no file, and says why');
}

async function roles(stage, office) {
	const { page } = await member(stage, office, 'auditor');

	await place(page, MONTH);
	await card(page, 'Heures du mois').waitFor();
	same(await card(page, 'Variables de paie').count(), 0);
	await card(page, 'Dossier d’audit').getByText('arrêts maladie').waitFor();
	same(
		await card(page, 'Dossier d’audit')
			.getByRole('button', { name: 'Dossier (ZIP)' })
			.count(),
		0,
	);
	const { bytes } = await take(page, 'Heures du mois', 'CSV pour Excel');
	const head = bytes.toString('utf-8').split('\r\n')[0];

	show(head.includes('absence'), head);
	show(!head.includes('maladie'), head);
	ok('an auditor has the hours without what tells of health, and no payroll');
}

await play(async (stage) => {
	const office = await stage.office();
	const { page } = await member(stage, office, 'direction');

	await hours(office, 'V01', '2026-11-16', 'am', '3h30');
	await hours(office, 'V01', '2026-11-16', 'pm', '0', '--kind', 'maladie');
	await hours(office, 'V02', '2026-11-17', 'am', '3h20');
	await place(page, MONTH);
	await card(page, 'Heures du mois').waitFor();
	await preview(page, office);
	await everywhere(page, 'documents', (name) => shot(page, name));
	await files(page, office);
	await columns(page);
	await changes(page, office);
	await audit(page, office);
	await log(page);
	await everywhere(page, 'documents-log', (name) => shot(page, name));
	await refusal(page);
	await roles(stage, office);
});
