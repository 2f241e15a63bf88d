/*
 * The pictures of docs/pictures, for README.md and the guides of docs/guide:
 * POINTEAU_SHOTS=docs/pictures tests/browser/run.sh pictures.mjs, then remove
 * those that nobody shows (tests/docs/guides.py names them). Where pngquant is,
 * it makes them small: 100 kB each at most.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { DESKS, member, settled } from './office.mjs';
import { enter, ok, play, shot as shotAsItIs } from './stage.mjs';

const RIVES = "Chantier d'insertion Rives et Jardins";
const SHOTS = process.env.POINTEAU_SHOTS;

async function shot(page, name) {
	/* What was just pressed is still changing its colour. */
	await page.evaluate(() =>
		Promise.all(document.getAnimations().map((one) => one.finished)),
	);
	await shotAsItIs(page, name);
	if (SHOTS)
		spawnSync('pngquant', [
			'--quality=60-95', '--speed=1', '--force', '--ext=.png',
			path.join(SHOTS, `${name}.png`),
		]);
}

function cell(page, name) {
	return page.getByRole('gridcell').filter({ hasText: name }).getByRole('button');
}

async function tab(page, name) {
	await page.getByRole('navigation').getByRole('button', { name }).click();
	await page.waitForLoadState('networkidle');
}

async function quiet(page) {
	await page.waitForLoadState('networkidle');
	await page.getByText('Chargement…').first().waitFor({ state: 'detached' });
	await page.evaluate(() => document.fonts.ready);
}

/* Every screen of the bar, as the direction sees it. */
async function pictureOffice(stage, office, laptop) {
	const other = await stage.laptop('second', office);

	await other.run(
		'hours', 'add', '--worker', 'V05', '--day', '2026-11-19', '--slot', 'am',
		'--time', '2h', '--site', 'TILLEULS',
	);
	for (const day of ['2026-11-19', '2026-11-20'])
		for (const slot of ['am', 'pm'])
			await laptop.run(
				'hours', 'fill', '--crew', 'VERTS', '--day', day, '--slot', slot,
			);
	await laptop.run('sync');
	await other.run('sync');
	const { page } = await member(stage, office, 'direction', {
		login: 'anne',
		name: 'Anne Roche',
		size: DESKS.desk,
	});

	await settled(page);
	await shot(page, 'office-home');
	const ids = await page
		.locator('.bar .bar-line')
		.evaluateAll((all) => all.map((one) => one.getAttribute('href')));

	for (const hash of ids) {
		const id = hash.split(/[/?]/)[1];

		await page.evaluate((wanted) => (location.hash = wanted), hash);
		await settled(page);
		/* The crew that has hours. */
		const structures = page.getByRole('combobox').first();

		if (id === 'grid')
			await structures.selectOption({ label: RIVES });
		await settled(page);
		await shot(page, `office-${id}`);
		if (id === 'grid')
			await structures.selectOption({ index: 0 });
	}
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);

	for (const day of ['2026-11-16', '2026-11-17', '2026-11-18'])
		for (const slot of ['am', 'pm'])
			await laptop.run(
				'hours', 'fill', '--crew', 'VERTS', '--day', day, '--slot', slot,
			);
	await laptop.run('sync');
	await office.stop();
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await page.getByRole('button', { name: 'Matin', exact: true }).click();
	await cell(page, 'Oleksandr T.').click();
	await quiet(page);
	await shot(page, 'cell');
	await page.getByRole('button', { name: 'Maladie' }).click();
	await cell(page, 'Kévin D.').click();
	await page.getByRole('button', { name: 'Absence non justifiée' }).click();
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await cell(page, 'Fatou Dia.').getByText('3 h 30').waitFor();
	await quiet(page);
	await shot(page, 'crew');

	await tab(page, 'Compétences');
	await page.getByRole('button', { name: 'Fatou Dia.' }).click();
	await page.getByRole('button', { name: 'Łucja N.' }).click();
	await page.locator('.skills-skill').first().click();
	await page.getByRole('button', { name: 'Avec aide' }).click();
	await quiet(page);
	await shot(page, 'skills');
	await tab(page, 'Envoi');
	await quiet(page);
	await shot(page, 'send');
	await tab(page, 'Mois');
	await page.getByText('Pas signé').first().waitFor();
	await quiet(page);
	await shot(page, 'month');

	await page.getByRole('button', { name: 'Imprimer les feuilles' }).click();
	await quiet(page);
	await shot(page, 'sheet');
	await page.goBack();
	await page.getByRole('button', { name: /Fatou Dia\./ }).first().click();
	await page.getByRole('button', { name: /Passer l’écran/ }).click();
	await quiet(page);
	await shot(page, 'signoff');
	ok('pictures of the laptop');

	await office.start();
	await pictureOffice(stage, office, laptop);
	ok('pictures of the office');
});
