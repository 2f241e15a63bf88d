/*
 * What was seen of somebody's work: the trade's skills first, any other by
 * its words, several people at once, and a person's own line, never a rank.
 */
import { accessible, enter, ok, play, same, shot, show } from './stage.mjs';
import { closed, dialog, half, tab } from './parts.mjs';

/* As the office gave it: VERTS is a crew of espaces verts. */
const TRADES = ['A1202', 'A1203', 'A1414', 'A1433'];

function person(page, name) {
	return page.locator('.skills-people').getByRole('button', { name, exact: true });
}

async function choose(page, ...names) {
	for (const name of names)
		await person(page, name).click();
}

async function search(page, words, label) {
	await page.getByLabel('Chercher une compétence').fill(words);
	await page.locator('.skills-list').getByRole('button', { name: label }).click();
}

function step(page, name) {
	return page.locator('.skills-levels').getByRole('button', { name, exact: true });
}

/* What the footer's button asks for, or does. */
function save(page) {
	return page.locator('.foot-act').getByRole('button');
}

async function noted(page) {
	await page.getByRole('status').getByText(/^Noté pour/).waitFor();
}

/* By worker and skill, as the command line tells. */
async function observations(laptop) {
	const { rows } = await laptop.run('skills', 'list', '--json');

	return rows
		.map((row) => [
			row.worker,
			row.skill,
			row.level || 0,
			row.hours.split('/').pop(),
			row.phase || 0,
			row.note || '',
		])
		.sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

async function firstOfAll(page) {
	const labels = await page.locator('.skills-list').getByRole('button').allTextContents();

	show(labels.length > 10, 'too few', labels);
	for (const found of labels) {
		const row = await rowOf(page, found.trim());

		show(TRADES.some((trade) => row.trades.includes(trade)), found, row.trades);
	}
	await shot(page, 'skills-first');
	await accessible(page, 'skills');
	ok('the skills of the crew’s own trades come first');
}

/* The catalogue's row of a label, asked as the page asks. */
async function rowOf(page, label) {
	const { rows } = await page.evaluate(async (search) => {
		const token = new URLSearchParams(location.hash.slice(1)).get('t');
		const query = new URLSearchParams({ search, limit: 5 });
		const answer = await fetch(`/api/skills/catalogue?${query}`, {
			headers: { Authorization: `Bearer ${token}` },
		});

		return await answer.json();
	}, label);

	return rows.find((row) => row.label === label) || { trades: [] };
}

async function withoutAccents(page, laptop) {
	const words = 'debroussailler';
	const hit = page
		.locator('.skills-list')
		.getByRole('button', { name: /^Débroussailler un talus/ });

	await page.getByLabel('Chercher une compétence').fill(words);
	await hit.waitFor();
	await page.getByLabel('Chercher une compétence').fill('MONTANT');
	await page.locator('.skills-list').getByText(/montant/).first().waitFor();
	await page.getByLabel('Chercher une compétence').fill('zzyzx');
	await page.getByText('Aucune compétence avec ces mots').waitFor();
	await shot(page, 'skills-none');
	await page.getByLabel('Chercher une compétence').fill(words);
	await hit.click();
	await choose(page, 'Fatou Dia.', 'Łucja N.', 'Kévin D.');
	same(await save(page).isDisabled(), true, 'saved without a step');
	await step(page, 'Seul').click();
	await shot(page, 'skills-three');
	await accessible(page, 'skills, a step chosen');
	await page.getByRole('button', { name: 'Noter pour 3 personnes' }).click();
	await noted(page);
	same(
		await observations(laptop),
		['V01', 'V05', 'V12'].map((id) => [id, 'A1202-01', 3, 'am', 0, '']),
	);
	ok('“debroussailler” finds “Débroussailler”; one observation for three');
}

async function fourSteps(page, laptop) {
	const steps = [
		['Découvre', 1],
		['Avec aide', 2],
		['Seul', 3],
		['Montre aux autres', 4],
		['Non évalué', 0],
	];

	/* Only the last of the three from here on. */
	await choose(page, 'Fatou Dia.', 'Łucja N.');
	for (const [word, level] of steps) {
		await search(page, 'cordeau', /^Tailler une haie droite/);
		await step(page, word).click();
		await page.getByRole('button', { name: 'Noter pour 1 personne' }).click();
		await page.locator('#skills-search').waitFor();
		const last = (await laptop.run('skills', 'list', '--worker', 'V12', '--json'))
			.rows;

		show(
			last.some(
				(row) => row.skill === 'A1203-05' && (row.level || 0) === level,
			),
			word,
			JSON.stringify(last),
		);
	}
	ok('four steps, and “non évalué” is an answer too');
}

async function more(page, laptop) {
	await half(page, 'Après-midi');
	await choose(page, 'Kévin D.', 'Tesfaye G.');
	await search(page, 'baliser', /^Baliser la zone/);
	await step(page, 'Avec aide').click();
	await page.getByText('Ajouter une note, une phase d’AFEST').click();
	await page.getByText(/Observé le .*, Après-midi/).waitFor();
	await page.getByLabel('Note').fill('cônes posés avant la débroussailleuse');
	await page.getByRole('button', { name: '2 Mise en situation' }).click();
	await shot(page, 'skills-more');
	await accessible(page, 'skills, a note and a phase');
	await page.getByRole('button', { name: 'Noter pour 1 personne' }).click();
	await page.locator('#skills-search').waitFor();
	same(
		(await observations(laptop)).filter((row) => row[0] === 'V07'),
		[
			[
				'V07',
				'A1203-13',
				2,
				'pm',
				2,
				'cônes posés avant la débroussailleuse',
			],
		],
	);
	ok('a note, an AFEST phase and the half-day go with it');
}

async function ownLine(page) {
	await choose(page, 'Tesfaye G.', 'Kévin D.');
	await page.getByRole('button', { name: 'Parcours de Kévin D.' }).click();
	const line = dialog(page);

	await line.getByText('Débroussailler un talus').waitFor();
	const said = await line.textContent();

	await shot(page, 'skills-line');
	await accessible(page, 'a person’s own line');
	for (const word of ['Découvre', 'Avec aide', 'Seul', 'Montre', 'Non évalué'])
		show(said.includes(word), `${word} is missing`, said);
	for (const other of ['Fatou', 'Łucja', 'Tesfaye', 'cônes'])
		show(!said.includes(other), `${other} in Kévin’s line`);
	show(!/moyenne|score|rang|classement|\d\s*\/\s*\d|%/i.test(said), said);
	await page.keyboard.press('Escape');
	await closed(page);
	/* Several people have no common line. */
	await choose(page, 'Tesfaye G.');
	same(await page.getByRole('button', { name: /Parcours de/ }).count(), 0);
	ok('a person’s own line, all steps side by side, nobody else in it');
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);

	await office.stop();
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await half(page, 'Matin');
	await tab(page, 'Compétences');
	await page.locator('.skills-list').getByRole('button').first().waitFor();
	await firstOfAll(page);
	await withoutAccents(page, laptop);
	await fourSteps(page, laptop);
	await more(page, laptop);
	await ownLine(page);
	const here = await observations(laptop);

	same(here.length, 9);
	await office.start();
	await laptop.run('sync');
	/* Another laptop of the same crew reads the same. */
	const other = await stage.laptop('garde', office);

	same(await observations(other), here, 'what the office passed on');
	ok('after a sync the crew’s other laptop lists the same observations');
});
