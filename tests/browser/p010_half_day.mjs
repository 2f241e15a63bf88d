/*
 * A crew of twelve, two of them away: six taps, or twelve keys, without any
 * network. No tick is shown before the save is on disk.
 */
import {
	accessible,
	enter,
	ok,
	play,
	same,
	shot,
	show,
	until,
} from './stage.mjs';

/* Count what a hand does: one pointer press or one key at a time. */
async function counted(page) {
	await page.evaluate(() => {
		globalThis.taps = 0;
		globalThis.keys = 0;
		addEventListener('pointerdown', () => (globalThis.taps += 1), true);
		addEventListener(
			'keydown',
			(event) => {
				if (!['Control', 'Shift', 'Alt'].includes(event.key))
					globalThis.keys += 1;
			},
			true,
		);
	});
	return {
		taps: () => page.evaluate(() => globalThis.taps),
		keys: () => page.evaluate(() => globalThis.keys),
	};
}

function cell(page, name) {
	return page.getByRole('gridcell').filter({ hasText: name }).getByRole('button');
}

async function slotsOf(laptop, slot, day) {
	const { rows } = await laptop.run(
		'hours',
		'list',
		'--month',
		day.slice(0, 7),
		'--json',
	);

	return rows
		.filter((row) => row.day === day && row.slot === slot)
		.map((row) => [row.worker, row.kind, row.minutes, row.state])
		.sort();
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);
	const today = (await laptop.run('crew', '--json')).day;

	/* No network from here on. */
	await office.stop();
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await page.getByRole('button', { name: 'Matin', exact: true }).click();
	await cell(page, 'Kévin D.').waitFor();
	const hand = await counted(page);

	await cell(page, 'Oleksandr T.').click();
	await accessible(page, 'the dialog of a half-day');
	await shot(page, 'cell');
	await page.getByRole('button', { name: 'Maladie' }).click();
	await cell(page, 'Kévin D.').click();
	await page.getByRole('button', { name: 'Absence non justifiée' }).click();
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await page.getByRole('button', { name: 'Terminer le matin (12/12)' }).click();
	await page.getByText(/Matin terminé/).waitFor();
	same(await hand.taps(), 6, 'taps');
	await shot(page, 'crew');
	await accessible(page, 'a finished morning');
	const morning = await slotsOf(laptop, 'am', today);

	same(morning.length, 12, 'the morning');
	same(
		morning.filter((row) => row[1] !== 'work').map((row) => row[1]),
		['sick', 'absence_unjustified'],
		'those who are away',
	);
	show(
		morning.every((row) => row[3] === 'merged' && row[2] === (row[1] === 'work' ? 210 : 0)),
		'three hours and a half each',
	);
	ok('twelve people, two of them away: six taps, offline, every one on disk');

	await page.getByRole('button', { name: 'Après-midi' }).click();
	await page.getByText(/Terminer l’après-midi/).waitFor();
	const first = page.getByRole('gridcell').first().getByRole('button');

	await first.focus();
	const before = await hand.keys();

	/* Ten present and two away: each key goes on to the next without an
	 * answer. */
	for (const key of ['p', 'p', 'm', 'p', 'p', 'p', 'a', 'p', 'p', 'p', 'p', 'p'])
		await page.keyboard.press(key);
	await page.getByRole('button', { name: 'Terminer l’après-midi (12/12)' }).waitFor();
	await until(
		async () => (await slotsOf(laptop, 'pm', today)).length === 12,
		'the afternoon on disk',
	);
	same((await hand.keys()) - before, 12, 'keys');
	ok('the same afternoon by keyboard alone: twelve keys');

	await page.keyboard.press('Control+z');
	await until(
		async () =>
			(await slotsOf(laptop, 'pm', today)).filter((row) => row[3] === 'merged')
				.length === 11,
		'the last one is taken back',
	);
	await page.getByRole('button', { name: 'Terminer l’après-midi (11/12)' }).waitFor();
	ok('Ctrl+Z takes the last one back, in the ledger too');

	/* Between tap and tick the agent dies. */
	laptop.process.kill('SIGSTOP');
	const blank = page.getByRole('gridcell').filter({ hasText: /À saisir|Annulé/ });

	await blank.getByRole('button').click();
	await page.getByRole('dialog').getByRole('button', { name: '3 h 30' }).first().click();
	await page.waitForTimeout(300);
	same(
		await page.getByRole('button', { name: /Terminer l’après-midi \(12/ }).count(),
		0,
		'counted before it was saved',
	);
	await laptop.stop('SIGKILL');
	await page.getByRole('alert').getByText(/./).first().waitFor();
	await shot(page, 'agent-gone');
	same(
		(await slotsOf(laptop, 'pm', today)).filter((row) => row[3] === 'merged').length,
		11,
		'a save that nobody saw',
	);
	same(
		await page.getByRole('button', { name: /Terminer l’après-midi \(12/ }).count(),
		0,
		'a tick for a lost save',
	);
	page.faults.length = 0; /* the browser says that nobody answers */
	ok('the agent struck down between tap and tick: no tick for a lost save');

	const again = await stage.open(laptop);

	await enter(again, /Maëlle/);
	await again.getByRole('button', { name: 'Après-midi' }).click();
	await again.getByText(/\(11\/12\)/).waitFor();
	ok('started again, the page shows what was saved and nothing else');
});
