/*
 * The pictures in the office's page: three of them, each with its table, the
 * file that is saved equal to the table, no group of fewer than five people.
 */
import fs from 'node:fs';
import path from 'node:path';

import { everywhere, member, place, screen, settled } from './office.mjs';
import { ROOT, accessible, ok, play, same, shot, show } from './stage.mjs';

const plain = (text) => text.replace(/\s/g, '').replace('–', '');

/* The section's table as texts, its first column aside. */
async function table(section) {
	return await section.locator('.table tr').evaluateAll((rows) =>
		rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent)),
	);
}

async function sameAsFile(page, section, name) {
	const [file] = await Promise.all([
		page.waitForEvent('download'),
		section.getByRole('button', { name: /^CSV/ }).click(),
	]);
	const text = fs.readFileSync(await file.path(), 'utf8');

	show(text.startsWith('\ufeff') && text.includes('\r\n'), 'for spreadsheets', name);
	const rows = text
		.slice(1)
		.trim()
		.split('\r\n')
		.map((line) => line.split(';').slice(1).map((one) => one.replace(/^"|"$/g, '')));

	same(
		JSON.stringify(rows.map((row) => row.map(plain))),
		JSON.stringify((await table(section)).map((row) => row.map(plain))),
		name,
	);
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);
	const files = fs.mkdtempSync('/tmp/pointeau-charts-');

	await laptop.run('hours', 'import', path.join(ROOT, 'tests/demo/week-berges.csv'));
	for (const [worker, level] of [['V01', 1], ['V02', 2], ['V03', 3], ['V04', 4]])
		await laptop.run('skills', 'add', '--worker', worker, '--skill', 'A1203-04', '--level', String(level), '--day', '2026-11-16');
	await laptop.run('sync');
	const annexes = path.join(files, 'annexes.csv');

	fs.writeFileSync(annexes,
		'annex,structure,measure,start,end,etp_posts,hours_per_etp\n' +
		'ACI041260001A0M0,RIVES,ACI_DC,2026-01-01,2026-12-31,12.5,1820\n');
	await office.run('import', 'annexes', annexes);
	fs.rmSync(files, { recursive: true });
	const { page } = await member(stage, office, 'direction');

	/* ---- three pictures, told to everybody ---- */
	await screen(page, 'Graphiques');
	await place(page, '/charts/2026-11');
	const [hours, etp, skills] = ['hours', 'etp', 'skills'].map((one) =>
		page.locator(`section#chart-${one}`),
	);

	await hours.locator('svg.chart-svg').waitFor();
	await etp.locator('svg.chart-svg').waitFor();
	await skills.locator('svg.chart-svg').waitFor();
	await everywhere(page, 'charts', (name) => shot(page, name));
	for (const one of [hours, etp, skills]) {
		const picture = one.locator('svg.chart-svg');

		show((await picture.locator('title').textContent()).length > 5, 'a title');
		show((await picture.locator('desc').textContent()).length > 20, 'a description');
	}
	ok('three pictures have a title, a description and a table');

	await etp.locator('.chart-box').scrollIntoViewIfNeeded();
	await shot(page, 'charts-etp');
	await skills.locator('.chart-box').scrollIntoViewIfNeeded();
	await shot(page, 'charts-skills');

	/* ---- the file is the table ---- */
	await sameAsFile(page, hours, 'hours');
	await sameAsFile(page, etp, 'etp');
	ok('the file that is saved equals the table');

	/* ---- fewer than five ---- */
	show(/moins de 5 personnes/.test(await skills.textContent()), 'said');
	same(new Set((await table(skills)).at(-1)).size, 1, 'no figure of four people');
	await laptop.run('skills', 'add', '--worker', 'V05', '--skill', 'A1203-04', '--level', '3', '--day', '2026-11-17');
	await laptop.run('sync');
	await place(page, '/home');
	await place(page, '/charts/2026-11');
	await skills.locator('svg.chart-svg').waitFor();
	await settled(page);
	same((await table(skills)).at(-1).join(' '), '0 1 1 2 1 5', 'five people');
	await sameAsFile(page, skills, 'skills');
	ok('fewer than five people are not shown, five are');

	/* ---- by keyboard, on paper, in English ---- */
	await hours.locator('.chart-box').focus();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	show(await hours.getByRole('button', { name: /^CSV/ }).evaluate((one) => one === document.activeElement), 'picture, table, file');
	await page.emulateMedia({ media: 'print' });
	show(!(await hours.getByRole('button', { name: /^CSV/ }).isVisible()), 'no button on paper');
	await shot(page, 'charts-print');
	await page.emulateMedia({ media: null });
	const { page: theirs } = await member(stage, office, 'auditor', { locale: 'en-GB' });

	await place(theirs, '/charts/2026-11');
	await theirs.locator('svg.chart-svg').first().waitFor();
	await theirs.getByRole('heading', { name: 'Payable hours by site' }).waitFor();
	await accessible(theirs, 'in English');
	await shot(theirs, 'charts-en');
	ok('by keyboard, on paper and in English');
});
