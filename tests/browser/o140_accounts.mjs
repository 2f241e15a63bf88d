/*
 * Accounts in the office's page: the direction makes one that is limited to a
 * structure, its person comes in by the link and sees that structure alone;
 * another role, a new link and the closing of the account are felt at once.
 * Names that are markup are names.
 */
import { DESKS, comeIn, everywhere, member, place, screen, settled, visit } from './office.mjs';
import { accessible, countIs, focusIs, ok, play, same, shot, show } from './stage.mjs';

const PASSWORD = 'six carottes jaunes dansent';
const HOSTILE = '"><img src=x onerror=alert(1)> ${{alert(2)}} عبد الرحمن';
/* A letter that turns the line around: refused. */
const TURNED = 'Jean\u202Enaej';

function line(page, name) {
	return page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
}

async function openAccount(page, name) {
	await page.getByRole('button', { name, exact: true }).click();
	await page.getByRole('heading', { name, exact: true }).waitFor();
}

/* Who else is known, by the list of workers. */
async function knows(page, seen, unseen) {
	await screen(page, 'Accompagnement');
	await page.getByText(seen).first().waitFor();
	same(await page.getByText(unseen).count(), 0, `${unseen} is seen`);
}

await play(async (stage) => {
	const office = await stage.office();
	const { page, person: boss } = await member(stage, office, 'direction', {
		login: 'anne',
		name: 'Anne Roche',
		permissions: ['clipboard-read', 'clipboard-write'],
	});
	const dialog = page.getByRole('dialog').last();

	/* ---- one's own ---- */
	await screen(page, 'Comptes');
	await line(page, boss.name).getByText('Toutes').waitFor();
	await openAccount(page, boss.name);
	await page.getByText('C’est votre compte').waitFor();
	for (const name of ['Changer', 'Nouveau lien', 'Fermer le compte'])
		same(await page.getByRole('button', { name, exact: true }).count(), 0, `${name} of one’s own`);
	await shot(page, 'accounts-own');
	await accessible(page, 'one’s own account');
	await page.getByRole('button', { name: 'Fermer', exact: true }).click();
	ok('one’s own account is there, and says why it cannot be changed');

	/* ---- a new one ---- */
	await page.getByRole('button', { name: 'Nouveau compte' }).click();
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByText('À remplir.').first().waitFor();
	await countIs(dialog.getByText('À remplir.'), 3, 'what is missing');
	await accessible(page, 'an empty form');
	await dialog.getByLabel('Nom').fill('Rémi Leroy');
	await dialog.getByLabel('Identifiant').fill('anne');
	await dialog.getByLabel('Rôle').selectOption('devices');
	await dialog.getByText('postes de terrain, et de rien d’autre').waitFor();
	await dialog.getByLabel('Rôle').selectOption('rh');
	await dialog.getByText('Salariés, heures, conflits').waitFor();
	same(await dialog.locator('input[type=checkbox]:checked').count(), 0, 'what is given unasked');
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByText('Choisissez au moins une structure.').waitFor();
	await dialog.getByLabel('Chantier d\'insertion Rives et Jardins').check();
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByRole('alert').getByText('existe déjà').waitFor();
	await everywhere(page, 'accounts-new', (name) => shot(page, name));
	await dialog.getByLabel('Identifiant').fill('remi');
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByRole('img', { name: /Le lien, à lire/ }).waitFor();
	await dialog.getByText(/Bon une seule fois, jusqu’au/).waitFor();
	const link = await dialog.locator('.accounts-text').textContent();

	show(/#\/setup\/[\w-]{43}$/.test(link), 'the link', link);
	await dialog.getByRole('button', { name: 'Copier le lien' }).click();
	await dialog.getByText('Lien copié.').waitFor();
	same(await page.evaluate(() => navigator.clipboard.readText()), link, 'what was copied');
	await everywhere(page, 'accounts-link', (name) => shot(page, name));
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await line(page, 'Rémi Leroy').getByText('Lien remis').waitFor();
	await line(page, 'Rémi Leroy').getByText('jamais').waitFor();
	show(!(await page.content()).includes(link), 'the link is still in the page');
	ok('an account of one structure is made, its link shown once');

	/* ---- its person ---- */
	const remi = { login: 'remi', name: 'Rémi Leroy', password: PASSWORD };
	const theirs = await visit(stage, office, { hash: new URL(link).hash });

	await comeIn(theirs, remi, false);
	await settled(theirs);
	same(await theirs.getByRole('link', { name: 'Comptes' }).count(), 0, 'accounts in the bar');
	await knows(theirs, 'Diallo', 'Traoré');
	await screen(theirs, 'À déclarer');
	await place(page, '/accounts?state=ready&role=rh');
	await page.reload();
	await line(page, 'Rémi Leroy').getByText('Ouvert').waitFor();
	await place(page, '/accounts');
	await everywhere(page, 'accounts', (name) => shot(page, name));
	ok('the person comes in by the link, and sees that structure alone');

	/* ---- another role, another structure ---- */
	await openAccount(page, 'Rémi Leroy');
	await everywhere(page, 'accounts-one', (name) => shot(page, name));
	await page.getByRole('button', { name: 'Changer', exact: true }).click();
	await dialog.getByLabel('Rôle').selectOption('cip');
	await dialog.getByLabel('Chantier d\'insertion Rives et Jardins').uncheck();
	await dialog.getByLabel('Entreprise d\'insertion Remparts').check();
	await accessible(page, 'a change');
	await shot(page, 'accounts-change');
	await dialog.getByRole('button', { name: 'Changer', exact: true }).click();
	await page.getByText('Compte de Rémi Leroy changé.').waitFor();
	await theirs.getByRole('link', { name: 'Importer' }).click();
	await theirs.getByText('Cette page n’est pas pour votre rôle').waitFor();
	await theirs.getByRole('link', { name: 'Importer' }).waitFor({ state: 'detached' });
	await knows(theirs, 'Traoré', 'Diallo');
	ok('another role and another structure are felt at the next click');

	/* ---- a new link ---- */
	await page.getByRole('button', { name: 'Nouveau lien' }).click();
	await dialog.getByText('l’ancienne sera révoquée').waitFor();
	await accessible(page, 'a question about a link');
	await shot(page, 'accounts-ask-link');
	await dialog.getByRole('button', { name: 'Nouveau lien' }).click();
	await dialog.locator('.accounts-text').waitFor();
	const second = await dialog.locator('.accounts-text').textContent();

	show(second !== link, 'the same link again');
	await page.setViewportSize(DESKS.phone);
	same(await dialog.locator('.accounts-text').textContent(), second, 'the link, once the window is narrow');
	await page.setViewportSize(DESKS.desk);
	await dialog.getByRole('button', { name: 'Fermer', exact: true }).last().click();
	await theirs.context().close();
	stage.pages.splice(stage.pages.indexOf(theirs), 1);
	const back = await visit(stage, office, { hash: new URL(second).hash });

	await comeIn(back, { ...remi, password: 'sept poireaux mauves valsent' }, false);
	await knows(back, 'Traoré', 'Diallo');
	ok('a new link gives another password, and the same rights');

	/* ---- closed ---- */
	await page.getByRole('button', { name: 'Fermer le compte' }).click();
	await dialog.getByText('dehors à son prochain clic').waitFor();
	await accessible(page, 'a question about closing');
	await shot(page, 'accounts-ask-close');
	await dialog.getByRole('button', { name: 'Annuler' }).click();
	await line(page, 'Rémi Leroy').getByText('Ouvert').waitFor();
	await page.getByRole('button', { name: 'Fermer le compte' }).click();
	await dialog.getByRole('button', { name: 'Fermer le compte' }).click();
	await page.getByText('Le compte de Rémi Leroy est fermé.').waitFor();
	await line(page, 'Rémi Leroy').getByText('Fermé').waitFor();
	await back.getByRole('link', { name: 'Accueil' }).click();
	const again = back.getByRole('dialog', { name: 'Encore là ?' });

	await again.waitFor();
	await again.getByRole('button', { name: 'Tout quitter' }).click();
	await back.locator('.outside').waitFor();
	show(!/Traoré/.test(await back.content()), 'a name is still in the page');
	const rows = (await office.run('user', 'list', '--json')).rows;

	same(rows.map((one) => [one.login, one.state]), [['anne', 'ready'], ['remi', 'disabled']], 'the accounts');
	ok('a closed account is out at its next click');

	/* ---- opened again ---- */
	await page.getByRole('button', { name: 'Rouvrir' }).click();
	await dialog.getByText('L’ancienne reste révoquée').waitFor();
	await dialog.getByRole('button', { name: 'Rouvrir' }).click();
	await dialog.locator('.accounts-text').waitFor();
	await page.keyboard.press('Escape');
	await line(page, 'Rémi Leroy').getByText('Lien remis').waitFor();
	same(await page.getByText('Le compte de Rémi Leroy est fermé.').count(), 0, 'what was said before');
	await page.getByText('La personne n’a pas encore ouvert son lien').waitFor();
	await page.getByRole('button', { name: 'Autre lien' }).waitFor();
	await accessible(page, 'who is awaited');
	await shot(page, 'accounts-again');
	await page.getByRole('button', { name: 'Fermer le compte' }).click();
	await dialog.getByRole('button', { name: 'Fermer le compte' }).click();
	await line(page, 'Rémi Leroy').getByText('Fermé').waitFor();
	ok('a closed account is opened again by a link, and closed before it is used');

	/* ---- in English, by the keyboard ---- */
	await page.locator('.head-who').click();
	await page.getByRole('button', { name: 'English' }).click();
	await page.keyboard.press('Escape');
	await page.getByRole('heading', { name: 'Accounts', exact: true }).waitFor();
	await page.getByText('Nobody comes in by this account').waitFor();
	await page.locator('.facts').getByText(/^\d{1,2} [A-Z][a-z]+ \d{4}$/).first().waitFor();
	await everywhere(page, 'accounts-english', (name) => shot(page, name));
	await page.getByRole('button', { name: 'New account' }).focus();
	await page.keyboard.press('Enter');
	await dialog.waitFor();
	await page.keyboard.type('Odile Blanc');
	await page.keyboard.press('Tab');
	await page.keyboard.type('odile');
	await page.keyboard.press('Tab');
	await page.keyboard.type('Payroll');
	await dialog.getByText('exports for payroll').waitFor();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await page.keyboard.press('Enter');
	await dialog.locator('.accounts-text').waitFor();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await line(page, 'Odile Blanc').getByText('Link given').waitFor();
	await focusIs(page, (at) => at.textContent.trim(), 'New account');
	ok('in English, and by the keyboard alone');

	/* ---- names that are no names ---- */
	await page.locator('.head-who').click();
	await page.getByRole('button', { name: 'Français' }).click();
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Nouveau compte' }).click();
	await dialog.getByLabel('Nom').fill(TURNED);
	await dialog.getByLabel('Identifiant').fill('../<b>');
	await dialog.getByLabel('Rôle').selectOption('auditor');
	await dialog.getByLabel('Toutes les structures').check();
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByRole('alert').getByText('../<b>').waitFor();
	await dialog.getByLabel('Identifiant').fill('hostile');
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByRole('alert').getByText(/^Nom/i).waitFor();
	await shot(page, 'accounts-turned');
	await dialog.getByLabel('Nom').fill(HOSTILE);
	await dialog.getByRole('button', { name: 'Créer et obtenir le lien' }).click();
	await dialog.getByText(HOSTILE).waitFor();
	await page.keyboard.press('Escape');
	await openAccount(page, HOSTILE);
	await page.getByRole('button', { name: 'Fermer le compte' }).click();
	await dialog.getByText(HOSTILE).waitFor();
	await everywhere(page, 'accounts-hostile', (name) => shot(page, name));
	await page.setViewportSize(DESKS.phone);
	await dialog.getByRole('button', { name: 'Annuler' }).click();
	await dialog.getByRole('button', { name: 'Changer', exact: true }).click();
	same(await dialog.getByLabel('Nom').inputValue(), HOSTILE, 'the name to change');
	await dialog.getByRole('button', { name: 'Annuler' }).click();
	await dialog.getByRole('heading', { name: HOSTILE }).waitFor();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await page.setViewportSize(DESKS.desk);
	same(await page.locator('img').count(), 0, 'markup of a name');
	await place(page, '/accounts?q=personne');
	await page.getByText('Aucun compte de ce genre').waitFor();
	await accessible(page, 'nobody found');
	await place(page, '/accounts');
	ok('a name that is markup is a name; one that turns the line is refused');

	/* ---- who is limited gives no more ---- */
	const { page: part } = await member(stage, office, 'direction', {
		login: 'lea',
		name: 'Léa Morin',
		structures: 'RIVES',
	});

	await screen(part, 'Comptes');
	await line(part, 'Léa Morin').waitFor();
	same(await part.getByText('Anne Roche').count(), 0, 'who has all structures');
	await part.getByRole('button', { name: 'Nouveau compte' }).click();
	await part.getByLabel('Chantier d\'insertion Rives et Jardins').waitFor();
	await countIs(part.getByRole('dialog').getByRole('checkbox'), 1, 'what may be given');
	same(await part.getByRole('dialog').getByRole('checkbox').isChecked(), true, 'the only one there is');
	await part.context().close();
	stage.pages.splice(stage.pages.indexOf(part), 1);
	ok('whoever is limited to a structure gives that one alone');

	/* ---- who may ---- */
	const { page: rh } = await member(stage, office, 'rh');

	same(await rh.getByRole('link', { name: 'Comptes' }).count(), 0, 'in the bar of HR');
	await place(rh, '/accounts');
	await rh.getByText('Cette page n’est pas pour votre rôle').waitFor();
	const { page: payroll } = await member(stage, office, 'paie');

	await settled(payroll);
	await payroll.getByText(/que d’autres ont à faire/).waitFor();
	await shot(payroll, 'home-payroll');
	await office.run('journal', 'verify');
	ok('the screen is for those who have the right');
});
