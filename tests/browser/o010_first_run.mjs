/*
 * A new office: the first account by its link, the set-up list, lists from CSV
 * with faults and from XLSX, and a home that says what is to be done. Then who
 * may come in: wrong words, a lost session that loses nothing, English, the
 * keyboard alone.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { DESKS, comeIn, everywhere, logIn, logOut, member, restart, screen, settled, visit } from './office.mjs';
import { ROOT, accessible, countIs, focusIs, ok, play, same, shot, show } from './stage.mjs';

const run = promisify(execFile);
const CAST = path.join(ROOT, 'tests/demo');

function csv(name) {
	return path.join(CAST, `${name}.csv`);
}

/* Choose a kind and a file, and see what it would do. */
async function choose(page, kind, file) {
	await page.getByRole('navigation', { name: 'Que voulez-vous' }).getByRole('link', { name: kind, exact: true }).click();
	await page.locator('#import-columns').filter({ hasText: kind }).waitFor();
	await page.locator('input[type="file"]').setInputFiles(file);
	await settled(page);
}

/* A list as a spreadsheet saves it. */
async function workbook(stage, name, text) {
	const from = path.join(stage.path, `${name}.csv`);
	const to = path.join(stage.path, `${name}.xlsx`);

	fs.writeFileSync(from, text);
	await run('python3', [path.join(ROOT, 'tests/lib/workbook.py'), from, to]);
	return to;
}

async function take(page) {
	await page.getByRole('button', { name: /^Importer \(/ }).click();
	await page.locator('.strip-good').waitFor();
}

await play(async (stage) => {
	const office = await stage.office({ bare: true });

	/* ---- the first account ---- */
	const outside = await visit(stage, office);

	await outside.getByText('Aucun compte encore').waitFor();
	await everywhere(outside, 'login', (name) => shot(outside, name));
	const page = await visit(stage, office, { hash: new URL(office.setup).hash });

	await page.locator('.secret-text').waitFor();
	await everywhere(page, 'setup', (name) => shot(page, name));
	await page.locator('input[name="password"]').fill('court');
	await page.getByRole('button', { name: 'Créer mon compte' }).click();
	await page.getByText('Trop court').waitFor();
	await shot(page, 'setup-faults');
	const person = { login: 'anne', name: 'Anne Roche', password: 'quatre tomates bleues dorment' };
	const said = (name) => page.locator('.field', { has: page.locator(`input[name="${name}"]`) }).locator('.field-error');

	await page.locator('input[name="login"]').fill('-anne');
	await page.locator('input[name="name"]').fill(person.name);
	for (const name of ['password', 'repeat'])
		await page.locator(`input[name="${name}"]`).fill(person.password);
	await page.locator('input[name="totp"]').fill('000000');
	await page.getByRole('button', { name: 'Créer mon compte' }).click();
	await said('login').getByText('Sans espace ni tiret au début').waitFor();
	await page.locator('input[name="login"]').fill(person.login);
	await page.getByRole('button', { name: 'Créer mon compte' }).click();
	await said('totp').getByText('ce n\'est pas le code').waitFor();
	await focusIs(page, (at) => at.name, 'totp');
	await shot(page, 'setup-at-field');
	ok('a wrong login and a wrong code are told at their fields');

	await comeIn(page, person, true);
	office.staff = [person];
	await page.getByRole('heading', { name: 'Mise en route' }).waitFor();
	ok('the link of the first run makes an account and leads to the set-up list');
	await everywhere(page, 'home-new', (name) => shot(page, name));
	const bar = await page.locator('.bar').evaluate((one) => [one.scrollHeight, one.clientHeight]);

	show(bar[0] <= bar[1], `the bar: ${bar[0]} px in ${bar[1]}`);
	ok('all of the bar is in sight on a desk of 1366 × 768');

	const used = await visit(stage, office, { hash: new URL(office.setup).hash });

	await used.getByRole('alert').waitFor();
	await used.context().close();
	stage.pages.splice(stage.pages.indexOf(used), 1);
	ok('the link is good once');

	/* ---- lists ---- */
	await page.getByRole('link', { name: 'Commencer Structures' }).click();
	await choose(page, 'Structures', csv('structures'));
	await page.getByText('à ajouter').waitFor();
	await shot(page, 'import-preview');
	await accessible(page, 'a preview');
	await take(page);
	await page.locator('.strip-good').getByText('Structures, lignes ajoutées : 2').waitFor();
	await shot(page, 'import-done');
	await page.getByRole('link', { name: 'Retour à l’accueil' }).click();
	await page.locator('.home-step').filter({ hasText: 'Structures' }).getByText('2 dans la liste').waitFor();
	await page.getByRole('link', { name: 'Commencer Chantiers' }).click();
	const empty = path.join(stage.path, 'vide.csv');

	fs.writeFileSync(empty, '');
	await page.locator('input[type="file"]').setInputFiles(empty);
	await page.getByText('« vide.csv » est vide').waitFor();
	ok('an import leads back to the list; an empty file is said to be empty');
	for (const [kind, name] of [['Chantiers', 'sites'], ['Équipes', 'crews'], ['Encadrants', 'supervisors']]) {
		await choose(page, kind, csv(name));
		await take(page);
	}
	const bad = path.join(stage.path, 'fautes.csv');

	fs.writeFileSync(
		bad,
		'worker;structure;crew;first_name;last_name;couleur\n' +
			'V01;RIVES;VERTS;Fatou;Diallo;bleu\n' +
			'V02;RIVES;INCONNUE;Jean;Petit;rouge\n' +
			'V03;RIVES;VERTS;;Noir;vert\n' +
			'V01;RIVES;VERTS;Lou;Blanc;vert\n',
	);
	await choose(page, 'Salariés', bad);
	const faults = page.getByRole('region', { name: 'Les fautes du fichier' }).locator('tbody tr');

	await faults.first().waitFor();
	await countIs(faults, 3, 'faults told');
	same(await faults.first().locator('th').textContent(), '3', 'their rows');
	await page.getByText('couleur').waitFor();
	same(await page.getByRole('button', { name: /^Importer \(/ }).count(), 0, 'an import of faults');
	await everywhere(page, 'import-faults', (name) => shot(page, name));
	ok('every fault is named by its row and column, and nothing can be imported');
	await page.getByRole('button', { name: 'Choisir un autre fichier' }).click();
	await choose(page, 'Salariés', csv('workers'));
	await take(page);

	const book = await workbook(
		stage,
		'annexes',
		'annex;structure;measure;start;end;etp_posts;hours_per_etp\n' +
			'ACI051260013A0M0;RIVES;ACI_DC;01/01/2026;31/12/2026;12,5;1820\n' +
			'EI051260014A0M0;REMPARTS;EI_DC;01/01/2026;31/12/2026;6;1505\n',
	);

	await choose(page, 'Annexes financières', book);
	await page.getByText('à ajouter').waitFor();
	await shot(page, 'import-xlsx');
	await take(page);
	await choose(page, 'Annexes financières', book);
	await page.getByText('Tout y est déjà').waitFor();
	ok('a workbook is read like a file of text, and changes nothing twice');

	await screen(page, 'Accueil');
	await page.locator('.home-step-name').first().waitFor();
	await countIs(page.locator('.home-step-done'), 7, 'steps done');
	const laptop = await stage.laptop('berges', office);

	/* ---- what is to be done ---- */
	await laptop.run(
		'hours', 'fill', '--crew', 'VERTS', '--day', '2026-11-16', '--slot', 'am',
	);
	await laptop.run(
		'hours', 'accident', '--worker', 'V03', '--day', '2026-11-17', '--at',
		'10:20', '--place', 'berge nord', '--what', 'chute',
	);
	await laptop.run(
		'newcomer', 'add', '--first-name', 'Sam', '--initial', 'B.', '--crew', 'VERTS',
	);
	await laptop.run('sync');
	await page.reload();
	await page.getByRole('heading', { name: 'Urgent' }).waitFor();
	const lines = page.locator('.home-line');

	show(
		/accident/i.test(await lines.first().textContent()),
		'the accident comes first:',
		await lines.first().textContent(),
	);
	show(
		/le 17 novembre 2026/.test(await lines.first().textContent()),
		'its day in words:',
		await lines.first().textContent(),
	);
	show(!/ [:;!?]/.test(await lines.first().locator('p').first().textContent()), 'a sign that may begin a line');
	for (const word of ['demi-journées prévues sans saisie', 'nouveau venu', 'prend fin'])
		await lines.filter({ hasText: word }).first().waitFor();
	same(await page.getByText('Mise en route').count(), 0, 'a set-up list');
	await everywhere(page, 'home', (name) => shot(page, name));
	await page.getByLabel('Structure', { exact: true }).selectOption('REMPARTS');
	await lines.filter({ hasText: 'demi-journées' }).waitFor({ state: 'detached' });
	ok('home lists what is to be done, the accident first, of one structure or all');

	/* ---- who may come in ---- */
	await page.getByLabel('Structure', { exact: true }).selectOption('');
	await logOut(page);
	await page.locator('input[name="login"]').fill(person.login);
	await page.locator('input[name="password"]').fill('ce n’est pas celui-là');
	await page.locator('input[name="totp"]').fill('000000');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').getByText(/./).waitFor();
	same(await page.locator('input[name="login"]').inputValue(), person.login, 'the login stays');
	await shot(page, 'login-wrong');
	await logIn(page, person);
	ok('wrong words do not open, right ones do');

	await page.locator('.head-who').click();
	await page.getByRole('link', { name: 'Changer de mot de passe' }).click();
	await page.getByRole('heading', { name: 'Changer de mot de passe' }).waitFor();
	await everywhere(page, 'password', (name) => shot(page, name));
	await page.locator('input[name="old"]').fill(person.password);
	person.password = 'huit navets verts chantent';
	await page.locator('input[name="password"]').fill(person.password);
	await page.locator('input[name="repeat"]').fill(person.password);
	await page.locator('input[name="totp"]').fill(await person.phone.code());
	await page.getByRole('button', { name: 'Changer', exact: true }).click();
	await page.getByText('Mot de passe changé').waitFor();
	ok('the password is changed by whoever knows the old one');

	await screen(page, 'Importer');
	await page.getByText('Ou coller des lignes').click();
	await page.getByLabel('Lignes copiées').fill(
		'structure;name;kind;siret\nNEUVE;Neuve;ACI;04120768900039\n',
	);
	await restart(office);
	await page.getByRole('button', { name: 'Voir ce que cela change' }).click();
	const again = page.getByRole('dialog', { name: 'Encore là ?' });

	await again.waitFor();
	await accessible(page, 'the password asked again');
	await shot(page, 'again');
	await page.keyboard.press('Escape');
	await again.waitFor();
	await again.locator('input[name="password"]').fill('faux');
	await again.locator('input[name="totp"]').fill('123456');
	await again.getByRole('button', { name: 'Se connecter' }).click();
	await again.getByRole('alert').getByText(/./).waitFor();
	await again.locator('input[name="password"]').fill(person.password);
	await again.locator('input[name="totp"]').fill(await person.phone.code());
	await again.getByRole('button', { name: 'Se connecter' }).click();
	await page.getByText('à ajouter').waitFor();
	await take(page);
	ok('a lost session asks for the password over the page, then goes on with what was typed');

	/* ---- in English, by the keyboard ---- */
	await page.locator('.head-who').click();
	await page.getByRole('button', { name: 'English' }).click();
	await page.keyboard.press('Escape');
	await page.getByRole('heading', { name: 'Import' }).waitFor();
	await page.reload();
	await page.getByRole('heading', { name: 'Import' }).waitFor();
	await screen(page, 'Home');
	await settled(page);
	await shot(page, 'home-english');
	same(
		await page.evaluate(() => document.documentElement.lang),
		'en',
		'the page’s language',
	);
	await page.locator('body').focus();
	await page.keyboard.press('Tab');
	for (let i = 0; i < 40; i += 1) {
		const at = await page.evaluate(() => document.activeElement.textContent.trim());

		if (at === 'Skip to content')
			break;
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await focusIs(page, (at) => at.id, 'main', 'skipped to');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.waitForURL(/#\/(grid|people|declare|devices)/);
	ok('in English, and by the keyboard alone from the address bar to a thing to do');
});
