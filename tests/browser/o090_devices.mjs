/*
 * The laptops in the office's page: one is enrolled by a code while the page
 * watches, made to wait, replaced; what it sends afterwards is set aside, read
 * and let count. An alert is told until its cause is gone.
 */
import { everywhere, member, place, screen, settled } from './office.mjs';
import { accessible, ok, play, same, shot, show } from './stage.mjs';

async function reason(page, text, button) {
	const dialog = page.getByRole('dialog').last();

	await dialog.locator('textarea').fill(text);
	await dialog.getByRole('button', { name: button, exact: true }).click();
	await dialog.waitFor({ state: 'detached' });
	await settled(page);
}

async function openLaptop(page, name) {
	await page.getByRole('button', { name, exact: true }).click();
	await page.getByRole('heading', { name, exact: true }).waitFor();
}

await play(async (stage) => {
	const office = await stage.office();
	const { page } = await member(stage, office, 'direction');
	const laptop = stage.newLaptop('berges');

	/* ---- enrol ---- */
	await screen(page, 'Postes');
	await page.getByText('Aucun poste encore').waitFor();
	await everywhere(page, 'devices-none', (name) => shot(page, name));
	await page.getByRole('button', { name: 'Enrôler un poste' }).first().click();
	const dialog = page.getByRole('dialog');

	await dialog.getByRole('button', { name: 'Faire un code' }).click();
	await dialog.getByText('Choisissez au moins une équipe.').waitFor();
	await accessible(page, 'no crew chosen');
	await dialog.getByText('Espaces verts').click();
	await shot(page, 'devices-choose');
	await dialog.getByRole('button', { name: 'Faire un code' }).click();
	await dialog.getByRole('img', { name: /code d’enrôlement/ }).waitFor();
	await dialog.getByText(/Encore 1[45]:/).waitFor();
	await accessible(page, 'a code');
	await shot(page, 'devices-code');
	const code = await dialog.locator('.devices-text code').textContent();

	await laptop.run('enrol', code, '--name', 'berges');
	await dialog.getByText('« berges » est enrôlé.').waitFor();
	const status = await laptop.run('status', '--json');
	const shown = (await dialog.locator('.devices-six li').allTextContents()).join(' ');

	same(shown, status.words || shown, 'the six words');
	same(shown.split(' ').length, 6, 'six words');
	await accessible(page, 'six words');
	await shot(page, 'devices-words');
	await dialog.getByRole('button', { name: 'Fermer' }).last().click();
	ok('a laptop is enrolled by a code while the page watches, and shows its six words');

	/* ---- wait, go on ---- */
	await openLaptop(page, 'berges');
	await page.getByRole('button', { name: 'Suspendre', exact: true }).click();
	await page.getByRole('dialog').last().getByRole('button', { name: 'Poste égaré' }).click();
	await page.getByRole('dialog').last().getByRole('button', { name: 'Suspendre', exact: true }).click();
	await page.getByText('berges est suspendu.').waitFor();
	await laptop.run('hours', 'add', '--worker', 'V01', '--day', '2026-11-16', '--slot', 'am', '--time', '3h30');
	const refused = await laptop.run('sync').then(
		() => '',
		(wrong) => String(wrong),
	);

	show(/suspendu/.test(refused), 'it is told to wait', refused);
	await page.getByRole('button', { name: 'Reprendre', exact: true }).click();
	await reason(page, 'Poste retrouvé au dépôt', 'Reprendre');
	await laptop.run('sync');
	await place(page, '/devices?q=berges');
	await page.getByRole('cell', { name: 'Espaces verts' }).first().waitFor();
	await everywhere(page, 'devices', (name) => shot(page, name));
	ok('a suspended laptop is told to wait, and goes on once resumed');

	/* ---- replace ---- */
	await laptop.run('hours', 'add', '--worker', 'V02', '--day', '2026-11-16', '--slot', 'am', '--time', '3h');
	await openLaptop(page, 'berges');
	await shot(page, 'devices-laptop');
	await accessible(page, 'one laptop');
	await page.getByRole('button', { name: 'Remplacer', exact: true }).click();
	await page.getByRole('dialog').locator('input[name="reason"]').fill('Écran cassé');
	await page.getByRole('dialog').getByRole('button', { name: 'Faire un code' }).click();
	await page.getByText(/Encore 1[45]:/).waitFor();
	const next = stage.newLaptop('neuf');

	await next.run('enrol', await page.locator('.devices-text code').textContent(), '--name', 'neuf');
	await page.getByText('« neuf » est enrôlé.').waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).last().click();
	await place(page, '/devices');
	await page.getByRole('cell', { name: 'Révoqué', exact: true }).waitFor();
	ok('another takes its place, and it is revoked');

	/* ---- set aside ---- */
	await laptop.run('sync').catch(() => '');
	await page.reload();
	await settled(page);
	await page.getByRole('tab', { name: /Mises à part/ }).click();
	await page.getByText('poste révoqué').first().waitFor();
	await page.getByText('Telle qu’elle est venue').click();
	await page.locator('.devices-body').filter({ hasText: '"minutes":180' }).waitFor();
	await everywhere(page, 'devices-aside', (name) => shot(page, name));
	await page.getByRole('button', { name: 'Faire compter' }).click();
	await reason(page, 'Vu avec l’encadrant', 'Faire compter');
	await page.getByText('Rien n’est mis à part').waitFor();
	const report = await office.run('report', 'month', '2026-11', '--json');

	same(report.total.minutes, 390, 'minutes that count');
	ok('what a revoked laptop sent is read and let count');

	/* ---- alerts ---- */
	await page.getByRole('tab', { name: /Alertes/ }).click();
	await page.getByText('Aucune alerte').waitFor();
	await everywhere(page, 'devices-alerts', (name) => shot(page, name));

	/* ---- who may ---- */
	const { page: theirs } = await member(stage, office, 'paie');

	same(await theirs.getByRole('link', { name: 'Postes' }).count(), 0, 'in the bar of payroll');
	await place(theirs, '/devices');
	await theirs.getByText('Cette page n’est pas pour votre rôle').waitFor();
	ok('the screen is for those who have the right');
});
