/*
 * Personal data in the office's page: a worker's extract in one click, what is
 * past its period, a hold that keeps it, the rest destroyed, the runs.
 */
import fs from 'node:fs';

import { everywhere, member, place, screen, settled } from './office.mjs';
import { accessible, countIs, ok, play, same, shot, show } from './stage.mjs';

async function keep(page, act) {
	const [file] = await Promise.all([page.waitForEvent('download'), act()]);

	return { name: file.suggestedFilename(), text: fs.readFileSync(await file.path(), 'utf8') };
}

await play(async (stage) => {
	const office = await stage.office();

	for (const worker of ['V01', 'V02'])
		await office.run('hours', 'add', '--worker', worker, '--day', '2019-03-04', '--slot', 'am', '--time', '3h30', '--reason', 'feuille papier');
	const { page } = await member(stage, office, 'direction');

	/* ---- the extract ---- */
	await screen(page, 'Données personnelles');
	await page.getByRole('row', { name: /V01/ }).waitFor();
	await everywhere(page, 'rgpd', (name) => shot(page, name));
	const row = page.getByRole('row', { name: /V01/ });
	const paper = await keep(page, () => row.getByRole('button', { name: 'À imprimer' }).click());

	same(paper.name, 'donnees-V01.html', 'its name');
	show(/Vos heures et absences/.test(paper.text) && /2019-03-04/.test(paper.text), 'its content');
	show(!/<script|https?:\/\//.test(paper.text), 'nothing is fetched');
	const data = await keep(page, () => row.getByRole('button', { name: 'Données (JSON)' }).click());

	same(JSON.parse(data.text).worker, 'V01', 'whose');
	const sheet = await page.context().newPage();

	await sheet.setContent(paper.text);
	await shot(sheet, 'rgpd-extract');
	await sheet.close();
	ok('a worker’s own extract is one click away');

	/* ---- what is due, and a hold ---- */
	await page.getByRole('tab', { name: 'Durées dépassées' }).click();
	await page.getByRole('row', { name: /V02/ }).waitFor();
	await countIs(page.locator('tbody tr', { hasText: 'À détruire' }), 2, 'due');
	await page.getByRole('tab', { name: 'Conservations' }).click();
	await page.getByText('Aucune conservation prolongée').waitFor();
	await page.getByRole('button', { name: 'Prolonger' }).click();
	const dialog = page.getByRole('dialog');

	await dialog.getByRole('button', { name: 'Prolonger' }).click();
	await dialog.getByText('À remplir.').waitFor();
	await dialog.getByLabel('Structure').selectOption('RIVES');
	await dialog.getByLabel('Données').selectOption('hours');
	await dialog.getByLabel(/Salarié/).fill('V01');
	await dialog.getByLabel('Motif').fill('FSE+ : pièces jusqu’au contrôle');
	await accessible(page, 'a hold');
	await shot(page, 'rgpd-hold');
	await dialog.getByRole('button', { name: 'Prolonger' }).click();
	await page.getByText('En cours').waitFor();
	await everywhere(page, 'rgpd-holds', (name) => shot(page, name));
	await page.getByRole('tab', { name: 'Durées dépassées' }).click();
	await page.locator('tbody tr', { hasText: 'Retenu' }).waitFor();
	await everywhere(page, 'rgpd-due', (name) => shot(page, name));
	ok('what is past its period is listed, and what a hold keeps is marked');

	/* ---- destroy ---- */
	await page.getByRole('button', { name: 'Détruire' }).click();
	await dialog.locator('textarea').fill('court');
	await dialog.getByRole('button', { name: 'Détruire' }).click();
	await dialog.getByText('Dites pourquoi, en 10 caractères au moins.').waitFor();
	await dialog.getByRole('button', { name: 'Fin de la durée de conservation' }).click();
	await accessible(page, 'a destruction');
	await shot(page, 'rgpd-purge');
	await dialog.getByRole('button', { name: 'Détruire' }).click();
	await dialog.waitFor({ state: 'detached' });
	await settled(page);
	await page.locator('tbody tr', { hasText: 'V02' }).waitFor({ state: 'detached' });
	await countIs(page.locator('tbody tr', { hasText: 'V01' }), 1, 'V01 is held');
	await page.getByRole('tab', { name: 'Destructions' }).click();
	await page.getByRole('cell', { name: 'Fin de la durée de conservation' }).first().waitFor();
	await everywhere(page, 'rgpd-runs', (name) => shot(page, name));
	ok('the rest is destroyed, and the run is there');

	await page.getByRole('tab', { name: 'Conservations' }).click();
	await page.getByRole('button', { name: 'Lever' }).click();
	await dialog.locator('textarea').fill('Contrôle passé');
	await dialog.getByRole('button', { name: 'Lever' }).click();
	await page.getByText('Levée', { exact: true }).waitFor();
	await office.run('journal', 'verify');
	ok('a hold is ended, and the log still verifies');

	const { page: theirs } = await member(stage, office, 'cip');

	await place(theirs, '/rgpd');
	await theirs.getByText('Cette page n’est pas pour votre rôle').waitFor();
	ok('the screen is for those who have the right');
});
