/*
 * The journal in the office's page: an act is found by its filters, told before
 * and after; pages lose nothing; the log verifies; who read whose data is
 * noted; without the right to health nothing of it is told.
 */
import fs from 'node:fs';

import { everywhere, member, place, screen, settled } from './office.mjs';
import { accessible, countIs, ok, play, same, shot, show } from './stage.mjs';

const V01 = ['--worker', 'V01', '--day', '2026-11-16', '--slot', 'am'];

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);

	await laptop.run('hours', 'add', ...V01, '--time', '3h30', '--note', 'vent fort');
	await laptop.run('hours', 'set', ...V01, '--time', '3h', '--reason', 'parti plus tôt');
	await laptop.run('hours', 'add', '--worker', 'V02', '--day', '2026-11-16', '--slot', 'am', '--kind', 'sick', '--time', '0');
	await laptop.run('sync');
	const { page } = await member(stage, office, 'direction');

	/* ---- before and after ---- */
	await screen(page, 'Journal');
	await page.locator('.journal-act').first().waitFor();
	await everywhere(page, 'journal', (name) => shot(page, name));
	await page.getByLabel('Action').selectOption('hours_set');
	await settled(page);
	await countIs(page.locator('.journal-act'), 1, 'corrections');
	const act = page.locator('.journal-act').first();

	show(/3h30 travail/.test(await act.locator('del').textContent()), 'before');
	show(/3h travail/.test(await act.locator('ins').textContent()), 'after');
	await act.getByText('Motif : parti plus tôt').waitFor();
	same((await act.locator('.journal-head bdi').textContent()).trim(), 'Fatou Dia', 'the name, a run of its own');
	await shot(page, 'journal-one');
	ok('a correction is told before and after, with its reason');

	/* ---- filters ---- */
	await page.getByRole('button', { name: 'Tout montrer' }).click();
	await settled(page);
	await page.getByLabel('Personne ou poste').fill('berges');
	await page.getByLabel('Personne ou poste').press('Enter');
	await settled(page);
	await countIs(page.locator('.journal-act'), 3, 'of the laptop');
	await page.getByLabel('Personne ou poste').fill('personne');
	await page.getByLabel('Personne ou poste').press('Enter');
	await page.getByText('Rien de tel dans le journal').waitFor();
	await page.getByRole('button', { name: 'Tout montrer' }).click();
	await settled(page);
	const first = await page.locator('.journal-act').count();

	same(first, 100, 'a page');
	await page.getByRole('button', { name: 'Actes plus anciens' }).click();
	await page.locator('.journal-act').nth(100).waitFor();
	const hashes = await page.locator('.journal-act code').evaluateAll((all) => all.map((one) => one.title));

	same(new Set(hashes).size, hashes.length, 'each once');
	ok('filters and pages lose nothing and repeat nothing');

	/* ---- CSV and the log's word ---- */
	await place(page, '/journal?action=hours_set');
	const [file] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Enregistrer en CSV' }).click(),
	]);

	same(file.suggestedFilename(), 'journal.csv', 'its name');
	const text = fs.readFileSync(await file.path(), 'utf8');

	show(text.startsWith('\ufeff') && /3h30 travail/.test(text), 'its content', text);
	await page.getByRole('button', { name: 'Vérifier' }).click();
	await page.getByText(/RIVES – vérifié jusqu’au n° \d+/).waitFor();
	await accessible(page, 'verified');
	await shot(page, 'journal-verified');
	ok('it is saved as CSV, and the log says up to where it verifies');

	/* ---- accesses ---- */
	await place(page, '/journal?worker=V01');
	await page.getByRole('tab', { name: 'Lectures de données' }).click();
	await page.getByRole('cell', { name: 'journal', exact: true }).first().waitFor();
	await everywhere(page, 'journal-accesses', (name) => shot(page, name));
	ok('who read whose data is noted');

	/* ---- without health ---- */
	const { page: theirs } = await member(stage, office, 'auditor');

	await place(theirs, '/journal?worker=V02&action=hours_add');
	await theirs.locator('.journal-act').waitFor();
	const told = await theirs.locator('.journal-act').textContent();

	show(/absence/.test(told) && !/maladie/i.test(told), 'nothing of health', told);
	const [csv] = await Promise.all([
		theirs.waitForEvent('download'),
		theirs.getByRole('button', { name: 'Enregistrer en CSV' }).click(),
	]);
	const rows = fs.readFileSync(await csv.path(), 'utf8');

	show(/V02/.test(rows) && !/maladie|sick/i.test(rows), 'nor in the file', rows);
	ok('an auditor reads it all, but nothing of health');
});
