/*
 * The rules in the office's page: what goes beyond a limit is told by person,
 * with its source; several are acknowledged at once, with a reason, by
 * keyboard; what changes is told anew; the worker's week is printed.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { everywhere, member, place, screen, settled } from './office.mjs';
import { ROOT, accessible, countIs, ok, play, same, shot, show } from './stage.mjs';

const alerts = (page) => page.locator('.rules-alert');

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);

	await laptop.run('hours', 'import', path.join(ROOT, 'tests/demo/week-berges.csv'));
	for (const day of ['2026-11-16', '2026-11-17'])
		await laptop.run('hours', 'add', '--worker', 'V03', '--day', day, '--slot', 'x1', '--time', '4h');
	await laptop.run('sync');
	const { page } = await member(stage, office, 'direction');

	/* ---- by person, with the source ---- */
	await screen(page, 'Règles');
	await place(page, '/rules/2026-11');
	await alerts(page).first().waitFor();
	const theirs = page.locator('.rules-person').filter({ hasText: 'Tkatchenko' });

	await countIs(theirs.locator('[data-rule="day"]'), 2, 'days over 10 h');
	const told = await theirs.locator('[data-rule="day"]').first().textContent();

	show(/L3121-18/.test(told) && /10\sh\s45/.test(told), 'its source and value', told);
	await everywhere(page, 'rules', (name) => shot(page, name));
	ok('alerts are told by person, with value, limit and source');

	/* ---- filter ---- */
	await page.getByLabel('Règle', { exact: true }).selectOption('day');
	await page.waitForFunction(() => document.querySelectorAll('.rules-alert').length === 2);
	await countIs(page.locator('.rules-person'), 1, 'one person');
	ok('a rule is filtered');

	/* ---- several at once, by keyboard ---- */
	await page.getByLabel('Tout choisir').focus();
	await page.keyboard.press('Space');
	await page.getByRole('button', { name: 'Acquitter la sélection (2)' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await accessible(page, 'acknowledging');
	await shot(page, 'rules-ack');
	await page.keyboard.type('Dérogation accordée par l’inspection');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByText('2 alertes acquittées').first().waitFor();
	await alerts(page).first().waitFor({ state: 'detached' });
	await page.getByLabel('Alertes', { exact: true }).selectOption('all');
	await page.locator('.rules-ack').nth(1).waitFor();
	show(/Dérogation accordée par l’inspection/.test(await page.locator('.rules-ack').first().textContent()), 'the reason');
	ok('several are acknowledged at once, with a reason, by keyboard');

	/* ---- another value is another alert ---- */
	await laptop.run('hours', 'set', '--worker', 'V03', '--day', '2026-11-16', '--slot', 'x1', '--time', '5h', '--reason', 'oubli');
	await laptop.run('sync');
	await place(page, '/home');
	await place(page, '/rules/2026-11?rule=day');
	await alerts(page).first().waitFor();
	await countIs(alerts(page), 1, 'told anew');
	ok('a value that changes is told anew');

	/* ---- the week, printed ---- */
	await alerts(page).first().getByRole('link', { name: 'Sa semaine' }).click();
	await page.getByRole('heading', { name: /Récapitulatif hebdomadaire/ }).waitFor();
	await settled(page);
	await countIs(page.locator('.table tbody tr'), 7, 'seven days');
	await everywhere(page, 'rules-week', (name) => shot(page, name));
	await page.emulateMedia({ media: 'print' });
	show(await page.getByText('Signature du salarié').isVisible(), 'a place to sign');
	await shot(page, 'rules-week-print');
	await page.emulateMedia({ media: null });
	ok('the week is told by day, and printed with places to sign');

	/* ---- the same person in two structures ---- */
	const both = path.join(stage.path, 'both.csv');

	await writeFile(both, 'worker;structure;crew;first_name;last_name\nV05;REMPARTS;BAT;Łucja;Nowicka\n');
	await office.run('import', 'workers', both);
	await office.run('hours', 'add', '--structure', 'REMPARTS', '--worker', 'V05', '--day', '2026-11-19', '--slot', 'x1', '--time', '5h30', '--kind', 'travail');
	await place(page, '/home');
	await place(page, '/rules/2026-11?rule=day');
	await page.getByText(/Y compris 5\sh\s30 chez Entreprise d'insertion Remparts/).waitFor();
	await page.getByText(/Y compris 7\sh(\s00)? chez Chantier d'insertion Rives/).waitFor();
	await accessible(page, 'hours of two structures');
	await shot(page, 'rules-both');
	ok('hours of two structures are told together, in each');

	/* ---- who may not acknowledge; English ---- */
	const { page: reader } = await member(stage, office, 'auditor', { locale: 'en-GB' });

	await place(reader, '/rules/2026-11');
	await alerts(reader).first().waitFor();
	same(await reader.getByRole('button', { name: /Acknowledge/ }).count(), 0, 'no act');
	await reader.getByRole('heading', { name: /^Rules, November 2026/ }).waitFor();
	await reader.locator('.rules-name').filter({ hasText: 'more than 10 h of effective work in the day' }).first().waitFor();
	await accessible(reader, 'in English');
	await shot(reader, 'rules-en');
	ok('who may only read has no act, and English is complete');
});
