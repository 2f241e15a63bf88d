/*
 * Contested slots: both values side by side with their authors and clocks,
 * settled from the keyboard; two clerks at once; a tab that is out of date.
 */
import { accessible, focusIs, ok, play, same, shot, show, until } from './stage.mjs';
import { everywhere, member, place, settled } from './office.mjs';

const DAYS = ['16', '17', '18', '19', '20'];

function dialog(page) {
	return page.getByRole('dialog');
}

function title(page) {
	return page.locator('#conflicts-title');
}

async function open(page) {
	await place(page, '#/home');
	await place(page, '#/conflicts');
	await settled(page);
}

async function settle(page, reason) {
	await dialog(page).locator('textarea[name="reason"]').fill(reason);
	await dialog(page).getByRole('button', { name: 'Trancher' }).click();
	await dialog(page).waitFor({ state: 'detached' });
}

async function left(office) {
	return (await office.run('conflicts', 'list', '--json')).rows;
}

/* [minutes, kind, state] of a slot of V04. */
async function slot(office, day, name) {
	const story = await office.run(
		'hours', 'history', '--worker', 'V04', '--day', `2026-11-${day}`,
		'--slot', name, '--json',
	);
	const live = story.rows.filter((one) => one.live);

	return [live[0]?.minutes, live[0]?.kind, story.state, live[0]?.reason];
}

await play(async (stage) => {
	const office = await stage.office();
	const laptops = [
		await stage.laptop('berges', office),
		await stage.laptop('remparts', office, 'VERTS,BAT'),
	];

	for (const day of DAYS)
		for (const [i, laptop] of laptops.entries())
			await laptop.run(
				'hours', 'add', '--worker', 'V04', '--day', `2026-11-${day}`,
				'--slot', 'am', '--time', i === 0 ? '3h30' : '2h',
				'--as', i === 0 ? 'ENC-01' : 'ENC-02',
			);
	for (const laptop of laptops)
		await laptop.run('sync');
	same((await left(office)).length, 5);

	const { page: other } = await member(stage, office, 'direction');
	const { page } = await member(stage, office, 'rh');

	await open(page);
	const text = await page.locator('.conflicts-sides').innerText();

	for (const wanted of ['Maëlle', 'berges', 'remparts', 'Reçu au bureau'])
		show(text.includes(wanted), wanted, text);
	show(/3\sh\s30 travail/.test(text) && /2\sh travail/.test(text), text);
	await everywhere(page, 'conflicts', (name) =>
		shot(page, name.replace(/\W+/g, '-')),
	);
	ok('both values stand side by side, with who and both clocks');

	/* J, K; then A, B, O, D, each with its reason. */
	const first = await title(page).innerText();

	await page.keyboard.press('j');
	await until(
		async () => (await title(page).innerText()) !== first,
		'the next one',
	);
	await focusIs(page, (at) => at.id, 'conflicts-title');
	await page.keyboard.press('k');
	await until(
		async () => (await title(page).innerText()) === first,
		'the one before',
	);
	await page.keyboard.press('a');
	await dialog(page).getByRole('button', { name: 'Trancher' }).click();
	await dialog(page).getByText('À remplir').waitFor();
	same((await left(office)).length, 5);
	await settle(page, 'présent dès 8 h');
	await until(async () => (await left(office)).length === 4, 'the first');
	const kept = await slot(office, '16', 'am');

	show([210, 120].includes(kept[0]), kept);
	same(kept.slice(2), ['merged', 'présent dès 8 h']);
	await until(
		async () => (await title(page).innerText()) !== first,
		'the next one by itself',
	);
	ok('J and K go about; a value is kept with its reason, and it goes on');

	await page.keyboard.press('o');
	await dialog(page).locator('input[name="time"]').fill('2h45');
	await dialog(page).locator('select[name="kind"]').selectOption('training');
	await accessible(page, 'another value');
	await shot(page, 'conflicts-other');
	await settle(page, 'vu avec les deux');
	await until(async () => (await left(office)).length === 3, 'the second');
	same(await slot(office, '17', 'am'), [
		165,
		'training',
		'merged',
		'vu avec les deux',
	]);
	await page.keyboard.press('d');
	await settle(page, 'deux chantiers');
	await until(async () => (await left(office)).length === 2, 'the third');
	same((await slot(office, '18', 'x1'))[2], 'merged');
	ok('or a third value, time and kind; or both, the half-day being shared');

	/* Two clerks look at the same one. */
	await open(other);
	await open(page);
	same(await title(other).innerText(), await title(page).innerText());
	await other.keyboard.press('a');
	await dialog(other).locator('textarea').waitFor();
	await page.keyboard.press('b');
	await settle(page, 'rh était là');
	await until(async () => (await left(office)).length === 1, 'the fourth');
	const now = await slot(office, '19', 'am');

	await settle(other, 'direction aussi');
	await other.getByText('déjà tranché').waitFor();
	await other.getByText('rh était là').waitFor();
	const told = await other.locator('[role=alert], .said').filter({ hasText: 'déjà tranché' }).last().textContent();

	show(!/\d-\d\d[T ]/.test(told), 'a day as machines write it', told);
	show(/19 novembre 2026, matin/.test(told), 'the half-day in words', told);
	show(!/ [:;!?]/.test(told), 'a sign that may begin a line', told);
	await shot(other, 'conflicts-too-late');
	same(await slot(office, '19', 'am'), now);
	await until(
		async () => (await title(other).innerText()).includes('20'),
		'what is left',
	);
	ok('two clerks at once: the second is told by whom and how, nothing changes');

	/* A tab that does not know of a third value. */
	await open(page);
	await laptops[0].run('sync');
	await office.run(
		'conflicts', 'resolve', (await left(office))[0].id, '--time', '1h',
		'--reason', 'au téléphone',
	);
	await page.keyboard.press('b');
	await settle(page, 'trop tard');
	await page.getByText('déjà tranché').waitFor();
	same((await slot(office, '20', 'am'))[0], 60);
	await page.getByText('Aucun créneau contesté').waitFor();
	ok('a tab that is out of date changes nothing either');
});
