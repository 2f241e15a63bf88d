/*
 * Accompaniment: what is due, looking somebody up, notes with their limits and
 * corrections, skills with a badge, the page in print, in English, for who may
 * see less; hostile names.
 */
import { countIs, focusIs, ok, play, same, shot, show, until } from './stage.mjs';
import { everywhere, member, place, screen, settled } from './office.mjs';

const HOST = '04120768900039';
const EVIL = '<img src=x onerror=alert(1)> =1+1';

function day(by) {
	return new Date(Date.now() + by * 86400000).toISOString().slice(0, 10);
}

function dialog(page) {
	return page.getByRole('dialog');
}

async function says(page, text) {
	await page
		.locator('[role=status], [role=alert], .message')
		.getByText(text)
		.first()
		.waitFor();
}

/* Fill in the fields of the open form and send it. */
async function fill(page, values) {
	for (const [name, value] of Object.entries(values)) {
		const field = dialog(page).locator(`[name="${name}"]`);

		if ((await field.evaluate((one) => one.tagName)) === 'SELECT')
			await field.selectOption(value);
		else
			await field.fill(value);
	}
	await dialog(page).getByRole('button', { name: 'Enregistrer' }).click();
}

function part(page, title) {
	return page.locator('.people-part', {
		has: page.getByRole('heading', { name: title, exact: true }),
	});
}

/* Weeks of hours, some of them short; the first ones long before, since weeks
 * count from those. */
async function weeks(office) {
	await office.run('hours', 'add', '--worker', 'V04', '--day', day(-230), '--slot', 'am', '--time', '3h30');
	for (let week = 1; week <= 8; week++) {
		for (let at = 0; at < (week % 3 === 0 ? 2 : 5); at++) {
			const monday = new Date(Date.now() - week * 7 * 86400000);

			monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7) + at);
			await office.run(
				'hours',
				'add',
				'--worker',
				'V04',
				'--day',
				monday.toISOString().slice(0, 10),
				'--slot',
				'am',
				...(at === 4 ? ['--kind', 'sick', '--time', '0'] : ['--time', '4h']),
			);
		}
	}
}

async function due(page) {
	await screen(page, 'Accompagnement');
	await page.getByText('fin de l’immersion').waitFor();
	const first = page.locator('.people-due-row').first();

	show(
		(await first.innerText()).includes('rendez-vous'),
		await first.innerText(),
	);
	ok('what is due comes first, the nearest day first');
}

/* From the search to the page of somebody, by the keyboard alone. */
async function lookUp(page) {
	await page.getByRole('searchbox').focus();
	await page.keyboard.type('MARCHANDEAU jean');
	const link = page.locator('tbody .people-link');

	await until(async () => (await link.count()) === 1, 'one found');
	while (!(await link.evaluate((one) => one === document.activeElement)))
		await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { level: 1, name: /Marchandeau/ }).waitFor();
	await settled(page);
	ok('somebody is found without accents or capitals, by keyboard alone');
}

async function meetings(page) {
	await part(page, 'Rendez-vous')
		.getByRole('button', { name: 'Noter un rendez-vous' })
		.click();
	await dialog(page).getByRole('button', { name: 'Enregistrer' }).click();
	await dialog(page).getByText('À remplir').first().waitFor();
	await focusIs(page, (at) => at.name, 'theme', 'the focus is on what is missing');
	await fill(page, { theme: 'housing', time: '45', next: day(9) });
	await dialog(page).waitFor({ state: 'detached' });
	const note = part(page, 'Rendez-vous').locator('.people-note').first();

	await note.getByText('45 min').waitFor();
	show((await note.innerText()).includes('logement'));
	await note.getByRole('button', { name: /Corriger/ }).click();
	await fill(page, { theme: 'mobility', reason: 'mauvais thème' });
	await note.getByText('mobilité').waitFor();
	await note.getByRole('button', { name: /Historique/ }).click();
	await dialog(page).getByText('mauvais thème').waitFor();
	await countIs(dialog(page).locator('.people-note'), 2);
	await page.keyboard.press('Escape');
	await dialog(page).waitFor({ state: 'detached' });
	ok('a meeting is noted, corrected with a reason, and keeps its history');
}

async function immersions(page) {
	const here = part(page, 'Immersions (PMSMP)');
	const add = here.getByRole('button', { name: 'Noter une immersion' });
	const values = {
		host: 'Jardins Duval',
		siret: HOST,
		objective: '1',
		start: day(-60),
		end: day(-30),
	};

	await add.click();
	await fill(page, values);
	await says(page, '31 jours, une convention en compte 30 au plus');
	await here.getByText('31 jours pris, restent 29 jours').waitFor();
	await add.click();
	await fill(page, { ...values, start: day(-30), end: day(-20) });
	await dialog(page).getByText('on n\'est pas à deux endroits').waitFor();
	same(
		await dialog(page).locator('[name="host"]').inputValue(),
		'Jardins Duval',
		'what was typed stays',
	);
	await fill(page, { siret: '04120768900038' });
	await dialog(page).getByRole('alert').getByText(/SIRET/).waitFor();
	await page.keyboard.press('Escape');
	await dialog(page).waitFor({ state: 'detached' });
	ok('limits are told, what cannot be is refused where it was typed');
}

async function leaving(page) {
	await part(page, 'Formations')
		.getByRole('button', { name: 'Noter une formation' })
		.click();
	await fill(page, { title: EVIL, planned: '70', done: '35' });
	await part(page, 'Formations').getByText(EVIL).waitFor();
	await part(page, 'Formations').getByText('35 h faites sur 70 h').waitFor();
	await part(page, 'Sortie')
		.getByRole('button', { name: 'Noter la sortie' })
		.click();
	await fill(page, { day: day(-190), category: 'lasting' });
	await says(page, 'plus d\'un mois après la sortie');
	const late = page.locator('.people-due-row', { hasText: 'six mois' });

	await late.getByText('en retard').waitFor();
	same(
		await part(page, 'Sortie')
			.getByRole('button', { name: 'Noter la sortie' })
			.count(),
		0,
		'one leaving at a time',
	);
	await part(page, 'Suivi à six mois')
		.getByRole('button', { name: 'Noter le suivi' })
		.click();
	await fill(page, { outcome: 'lasting' });
	await late.waitFor({ state: 'detached' });
	ok('leaving, late, is followed six months later');
}

async function hours(page) {
	await page.getByRole('tab', { name: 'Heures' }).click();
	await page.getByText('semaines sous 15 h, sur').waitFor();
	const bars = page.locator('.people-curve-bar, .people-curve-bar-under');

	await countIs(bars, 53);
	show((await page.locator('.people-curve-mark').count()) > 0, 'no mark');
	await page.getByText('Les mêmes chiffres en tableau').click();
	const table = page.getByRole('table', { name: 'Heures par semaine' });

	await countIs(table.locator('tbody tr'), 53);
	show((await table.getByText('moins de 15 h').count()) > 0, 'none told');
	show(
		!(await page.locator('main').innerText()).includes('maladie'),
		'a counsellor reads of no sickness',
	);
	await page.getByText('demi-journées').first().waitFor();
	await everywhere(page, 'people-hours', (name) => shot(page, name));
	ok('the hours of a year as bars and as a table, health unnamed');
}

async function skills(page) {
	await page.getByRole('tab', { name: /Compétences/ }).click();
	await page.getByRole('button', { name: 'Noter une observation' }).click();
	await dialog(page).getByRole('searchbox').fill('haie');
	await dialog(page).locator('.people-tile').first().click();
	await fill(page, { level: '3', note: 'taille régulière' });
	await dialog(page).waitFor({ state: 'detached' });
	await page.locator('.people-skill').getByText('3 seul').waitFor();
	await page.locator('.people-skill').getByText('taille régulière').waitFor();
	await page.getByLabel('Métier visé (ROME)').selectOption('A1203');
	await page.getByText('compétence observée sur').waitFor();
	const [file] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Badge signé' }).click(),
	]);

	show(/^badge/.test(file.suggestedFilename()), file.suggestedFilename());
	await page
		.locator('.people-seen')
		.getByRole('button', { name: /Corriger/ })
		.click();
	await fill(page, { level: '4', reason: 'revu ensemble' });
	await page.locator('.people-skill').getByText('4 montre aux autres').waitFor();
	await everywhere(page, 'people-skills', (name) => shot(page, name));
	ok('a skill is observed, corrected, badged; gaps to a trade are listed');

	await page.emulateMedia({ media: 'print' });
	show(await page.locator('.people-skill').first().isVisible(), 'not printed');
	show(
		!(await page
			.getByRole('button', { name: 'Noter une observation' })
			.isVisible()),
		'buttons are printed',
	);
	show(
		!(await page.getByText('sous 15 h').first().isVisible()),
		'what the office watches is printed on a passport',
	);
	await page.getByText('font foi').waitFor();
	await shot(page, 'people-print');
	await page.emulateMedia({ media: null });
	ok('the passport prints without buttons, with its day');
}

async function english(page) {
	await page.getByRole('tab', { name: 'Parcours' }).click();
	await page.evaluate(() => {
		location.hash += '&l=en';
	});
	await page.reload();
	await page.getByRole('tab', { name: 'Path' }).waitFor();
	await settled(page);
	const words = await page.locator('main').innerText();

	for (const french of ['Rendez', 'logement', 'Sortie', 'undefined', 'people.'])
		show(!words.includes(french), `${french} in English: ${words}`);
	await shot(page, 'people-english');
	ok('the page in English');
}

/* Who may not read accompaniment sees contracts and hours. */
async function others(stage, office) {
	const { page } = await member(stage, office, 'paie');

	await place(page, '#/people/V04');
	await page.getByRole('tab', { name: 'Heures' }).waitFor();
	same(
		await page.getByRole('tab').allInnerTexts(),
		['Heures', 'Contrats et équipes'],
		'tabs',
	);
	show(!(await page.locator('main').innerText()).includes('Duval'), 'leaked');
	const status = await page.evaluate(async () => {
		const answer = await fetch('/api/person/show?worker=V04');

		await answer.text();
		return answer.status;
	});

	same(status, 403);
	await page.getByRole('tab', { name: 'Contrats' }).click();
	await page.getByRole('heading', { name: 'Contrats' }).waitFor();
	await everywhere(page, 'people-contracts', (name) => shot(page, name));
	ok('payroll reads contracts and hours, no accompaniment');
}

await play(async (stage) => {
	const office = await stage.office();

	await weeks(office);
	await office.run('care', 'meeting', 'add', 'V01', '--theme', 'projet', '--day', day(-3), '--next', day(2));
	await office.run('care', 'pmsmp', 'add', 'V02', '--siret', HOST, '--host', EVIL, '--objective', '2', '--start', day(-3), '--end', day(6));
	await office.run('care', 'training', 'add', 'V03', '--title', 'سلامة', '--start', day(-3));
	const { page } = await member(stage, office, 'cip');

	await due(page);
	await everywhere(page, 'people-list', (name) => shot(page, name));
	await lookUp(page);
	await meetings(page);
	await immersions(page);
	await leaving(page);
	await everywhere(page, 'people-path', (name) => shot(page, name));
	await hours(page);
	await skills(page);
	await english(page);
	await others(stage, office);
});
