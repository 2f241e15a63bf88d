/*
 * Every screen and dialog for everyone: axe-core without a word, targets for
 * gloves, no sideways scrolling down to 320 px, twice as large, right to
 * left, and by keyboard alone.
 */
import {
	SIZES,
	accessible,
	enter,
	fits,
	ok,
	play,
	quiet,
	same,
	shot,
	show,
	targets,
} from './stage.mjs';

const TABS = ['Aujourd’hui', 'Compétences', 'Mois', 'Envoi'];

async function tab(page, name) {
	await page.getByRole('navigation').getByRole('button', { name }).click();
	await page.locator('main[aria-busy="false"], main:not([aria-busy])').waitFor();
	await page.getByRole('navigation').locator('[aria-current="page"]').waitFor();
}

/* Of one worker's half-day, and for the whole crew. */
const ACTS = ['Deux chantiers', 'Déplacer', 'Historique', 'Annuler la saisie', 'Accident'];
const MORE = [
	'Arrêt pour intempéries',
	'Quelqu’un qui n’est pas sur la liste',
	'Les touches du clavier',
];

async function openCell(page) {
	await tab(page, 'Aujourd’hui');
	await page.getByRole('gridcell').first().getByRole('button').click();
}

/* What is looked at, in every size: {name, open, dialog}. */
const views = [
	...TABS.map((name) => ({
		name,
		open: (page) => tab(page, name),
	})),
	{
		name: 'half-day',
		open: openCell,
		dialog: true,
	},
	...ACTS.map((name) => ({
		name,
		open: async (page) => {
			await openCell(page);
			await page.getByRole('dialog').getByRole('button', { name }).click();
		},
		dialog: true,
	})),
	...MORE.map((name) => ({
		name,
		open: async (page) => {
			await page.getByRole('button', { name: 'Plus', exact: true }).click();
			await page.getByRole('dialog').getByRole('button', { name }).click();
		},
		dialog: true,
	})),
	{
		name: 'crew',
		open: (page) => page.getByRole('button', { name: 'Plus', exact: true }).click(),
		dialog: true,
	},
	{
		name: 'day',
		open: (page) => page.locator('.bar-day').click(),
		dialog: true,
	},
	{
		name: 'crews',
		open: (page) => page.locator('.bar-crew').click(),
		dialog: true,
	},
	{
		name: 'menu',
		open: (page) => page.locator('.bar-menu').click(),
		dialog: true,
	},
	{
		name: 'own line',
		open: async (page) => {
			await tab(page, 'Compétences');
			const one = page.getByRole('button', { name: 'Fatou Dia.', exact: true });

			if ((await one.getAttribute('aria-pressed')) !== 'true')
				await one.click();
			await page.getByRole('button', { name: /Parcours/ }).click();
		},
		dialog: true,
	},
	{
		name: 'one month',
		open: async (page) => {
			await tab(page, 'Mois');
			await page.getByRole('button', { name: /Fatou Dia\./ }).first().click();
			await page.getByRole('button', { name: /Passer l’écran/ }).waitFor();
		},
	},
	{
		name: 'sheets',
		open: async (page) => {
			await tab(page, 'Mois');
			await page.getByRole('button', { name: 'Imprimer les feuilles' }).click();
			await page.getByRole('heading', { name: 'Fatou Dia.', exact: true }).waitFor();
		},
		leave: (page) => page.getByRole('button', { name: 'Retour' }).click(),
	},
	{
		name: 'stick',
		open: async (page) => {
			await tab(page, 'Envoi');
			await page.getByRole('button', { name: 'Copier sur clé USB' }).click();
		},
		dialog: true,
	},
];

async function look(page, view, size) {
	await view.open(page);
	if (view.dialog)
		await page.getByRole('dialog').waitFor();
	/* What is fetched for it. */
	await quiet(page);
	await shot(page, `${view.name}-${size}`);
	await accessible(page, `${view.name}, ${size}`);
	await fits(page, `${view.name}, ${size}`);
	await targets(page, `${view.name}, ${size}`);
	if (view.dialog) {
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
	}
	await view.leave?.(page);
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);

	for (const [name, size] of Object.entries(SIZES)) {
		const page = await stage.open(laptop, { size });

		await enter(page, /Maëlle/);
		await tab(page, 'Aujourd’hui');
		const fill = page.getByRole('button', { name: /Toute l’équipe présente/ });

		if (await fill.isEnabled())
			await fill.click();
		for (const view of views)
			await look(page, view, name);
		ok(`${views.length} screens and dialogs at ${size.width} × ${size.height}`);
	}

	/* 200 % of 1024 × 600: half as many of the page's pixels. */
	const large = await stage.open(laptop, {
		size: { width: 512, height: 300 },
		deviceScaleFactor: 2,
	});

	await enter(large, /Maëlle/);
	for (const view of views)
		await look(large, view, 'zoom');
	ok('the same at 200 % of a small laptop');

	/* Right to left: the direction alone, as an Arabic page would set it. */
	const mirrored = await stage.open(laptop);

	await enter(mirrored, /Maëlle/);
	await mirrored.evaluate(() => (document.documentElement.dir = 'rtl'));
	const day = await mirrored.locator('.bar-day').boundingBox();
	const menu = await mirrored.locator('.bar-menu').boundingBox();

	show(day.x > menu.x, 'the header is mirrored');
	for (const view of views)
		await look(mirrored, view, 'rtl');
	ok('the same from right to left');

	/* Twelve people and the footer on a small laptop, without scrolling. */
	const small = await stage.open(laptop);

	await enter(small, /Maëlle/);
	await small.getByRole('gridcell').nth(11).waitFor();
	const foot = await small.locator('.foot').boundingBox();
	const hidden = await small
		.getByRole('gridcell')
		.evaluateAll(
			(cells, top) =>
				cells.filter((one) => one.getBoundingClientRect().bottom > top).length,
			foot.y,
		);

	same(hidden, 0, 'people below the footer at 1024 × 600');
	ok('twelve people above the footer at 1024 × 600');

	await byKeyboard(small);
	ok('from screen to screen, a half-day and back by keyboard alone');

	const english = await stage.open(laptop, { locale: 'en-GB' });

	await enter(english, /Maëlle/);
	await english.getByRole('button', { name: 'Morning', exact: true }).waitFor();
	same(await english.locator('html').getAttribute('lang'), 'en');
	await accessible(english, 'in English');
	ok('in English for who asks for it');
});

/* Tab until ${wanted} says that what has the focus is it. */
async function tabTo(page, wanted, what) {
	for (let i = 0; i < 60; i++) {
		const at = await page.evaluate(() => {
			const one = document.activeElement;

			return {
				/* Soft hyphens are no letters. */
				text: (one.getAttribute('aria-label') || one.textContent)
					.replace(/\u00ad/g, '')
					.trim(),
				role: one.closest('[role=gridcell]') ? 'gridcell' : one.tagName,
				outlined: getComputedStyle(one).outlineStyle !== 'none',
			};
		});

		if (wanted(at)) {
			show(at.outlined, `no focus to see on ${at.text}`);
			return;
		}
		await page.keyboard.press('Tab');
	}
	show(false, `never reached by Tab: ${what}`);
}

async function byKeyboard(page) {
	await tabTo(page, (at) => at.role === 'gridcell', 'the grid');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await tabTo(page, (at) => at.text.startsWith('Maladie'), 'an absence');
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	same(
		await page.evaluate(() => Boolean(document.activeElement.closest('[role=gridcell]'))),
		true,
		'the focus is back on the cell',
	);
	for (const name of ['Compétences', 'Mois', 'Envoi', 'Aujourd’hui']) {
		await tabTo(page, (at) => at.text === name, name);
		await page.keyboard.press('Enter');
		await page
			.getByRole('navigation')
			.getByRole('button', { name })
			.and(page.locator('[aria-current="page"]'))
			.waitFor();
	}
}
