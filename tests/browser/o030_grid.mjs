/*
 * The month's grid: filled in and corrected from the keyboard; two clerks on
 * one slot; a period; a newcomer; a paper sheet; a closed month; a reader.
 */
import { accessible, countIs, ok, play, same, shot, show, until } from './stage.mjs';
import { everywhere, member, place, settled } from './office.mjs';

const MONTH = '#/grid/2026-11?s=RIVES';

function row(page, name) {
	return page.locator('.grid-worker', { hasText: name });
}

function cell(page, name, day, half = 0) {
	return row(page, name)
		.locator('tr')
		.nth(half)
		.getByRole('gridcell')
		.nth(day - 1);
}

/* What is written in it. */
async function face(...where) {
	return await cell(...where).evaluate(
		(one) =>
			one.querySelector('.grid-face')?.firstChild.textContent.trim() || '',
	);
}

function dialog(page) {
	return page.getByRole('dialog');
}

/* Read anew. */
async function open(page) {
	await place(page, '#/home');
	await place(page, MONTH);
	await page.locator('.grid-cell').first().waitFor();
}

/* What the office has in a slot: [minutes, kind, state, flags]. */
async function slot(office, worker, day, name) {
	const grid = await office.run(
		'grid',
		'2026-11',
		'--structure',
		'RIVES',
		'--worker',
		worker,
		'--json',
	);
	const found = grid.rows[0].slots.find(
		(one) => one[0] === day && one[1] === name,
	);

	if (!found)
		return null;
	const value = grid.values[found[2]] || {};

	return [value.minutes, value.kind, found[4] || 'merged', ...found.slice(5)];
}

async function says(page, text) {
	await page.locator('.messages, .message, [role=status], [role=alert]')
		.getByText(text)
		.first()
		.waitFor();
}

/* Type over the cell that has the focus. */
async function type(page, text) {
	await page.keyboard.type(text);
	await page.keyboard.press('Enter');
}

async function reason(page, text, yes) {
	await dialog(page).locator('textarea[name="reason"]').fill(text);
	await dialog(page).getByRole('button', { name: yes, exact: true }).click();
}

async function keyboard(page, office) {
	await cell(page, 'Fatou Diallo', 16).focus();
	await type(page, '330');
	await until(
		async () =>
			(await page.evaluate(() => document.activeElement.dataset.cell)) ===
			'0 15 1',
		'down after Enter',
	);
	same(await slot(office, 'V01', 16, 'am'), [210, 'work', 'merged']);
	await type(page, 'mal');
	await until(
		async () => (await slot(office, 'V01', 16, 'pm')) !== null,
		'the absence',
	);
	same(await slot(office, 'V01', 16, 'pm'), [0, 'sick', 'merged']);
	same((await face(page, 'Fatou Diallo', 16)), '3h30');
	ok('figures and letters typed on a blank are recorded, and lead on');

	await cell(page, 'Fatou Diallo', 16).focus();
	for (const [key, wanted] of [
		['ArrowRight', '0 16 0'],
		['ArrowDown', '0 16 1'],
		['ArrowDown', '1 16 0'],
		['Home', '1 0 0'],
		['End', '1 29 0'],
		['Control+Home', '0 0 0'],
		['PageDown', null],
		['Control+End', '11 29 1'],
	]) {
		await page.keyboard.press(key);
		await until(async () => {
			const at = await page.evaluate(
				() => document.activeElement.dataset.cell,
			);

			return wanted ? at === wanted : at && at !== '0 0 0';
		}, `${key} leads to ${wanted}`);
	}
	await countIs(page.locator('.grid-cell[tabindex="0"]'), 1);
	ok('arrows, Home, End, Page and Control lead about; one cell has the tab');

	await cell(page, 'Fatou Diallo', 17).focus();
	await type(page, '9z');
	await page.getByRole('alert').getByText('Tapez une durée').waitFor();
	same(await page.locator('.grid-input').inputValue(), '9z');
	await page.keyboard.press('Escape');
	same(await page.locator('.grid-input').count(), 0);
	same(await slot(office, 'V01', 17, 'am'), null);
	ok('what cannot be read is said and kept; Escape leaves all as it was');
}

async function correction(page, office) {
	await cell(page, 'Fatou Diallo', 16).focus();
	await type(page, '245');
	await dialog(page).getByRole('heading', { name: 'Corriger Fatou Diallo, lundi 16 novembre, matin' }).waitFor();
	await dialog(page).getByText('3 h 30').waitFor();
	await dialog(page).getByRole('button', { name: 'Corriger' }).click();
	await dialog(page).getByText('À remplir').waitFor();
	await reason(page, 'Feuille relue', 'Corriger');
	await until(
		async () => (await slot(office, 'V01', 16, 'am'))[0] === 165,
		'the correction',
	);
	same(await slot(office, 'V01', 16, 'am'), [
		165,
		'work',
		'merged',
		'corrected',
	]);
	await cell(page, 'Fatou Diallo', 16).click();
	await page.locator('.grid-story').getByText('Motif : Feuille relue').waitFor();
	await page.locator('.grid-story').getByText('Avant : 3 h 30 travail').waitFor();
	await accessible(page, 'grid-side');
	await shot(page, 'grid-side');
	await page.keyboard.press('Escape');
	ok('a correction wants its reason, and the history tells both');

	await cell(page, 'Fatou Diallo', 27).click();
	await page.locator('.panel').waitFor();
	show(
		await cell(page, 'Fatou Diallo', 27).evaluate((one) => {
			const { left, top, width, height } = one.getBoundingClientRect();

			return one.contains(
				document.elementFromPoint(left + width / 2, top + height / 2),
			);
		}),
		'the day is behind its panel',
	);
	await shot(page, 'grid-side-late');
	await page.keyboard.press('Escape');
	ok('the day that is looked at stays in sight beside its panel');
}

/* A link that was typed wrong. */
async function address(page) {
	for (const given of ['2026-13', 'abc']) {
		await place(page, `#/grid/${given}?s=RIVES`);
		await says(page, `Il n’y a pas de mois « ${given} » : voici novembre 2026`);
		same(await page.evaluate(() => location.hash), MONTH);
	}
	await shot(page, 'grid-address');
	await place(page, '#/declare/9999-99');
	await says(page, 'Il n’y a pas de mois « 9999-99 »');
	await open(page);
	ok('an address whose month is none is put right, and says so');
}

/* Another clerk was there first. */
async function stale(page, other, office) {
	await open(other);
	await open(page);
	await cell(other, 'Fatou Diop', 16).focus();
	await type(other, '3');
	await until(
		async () => (await slot(office, 'V02', 16, 'am')) !== null,
		'the other',
	);
	await cell(page, 'Fatou Diop', 16).focus();
	await type(page, '200');
	await dialog(page).getByText('a changé entre-temps').waitFor();
	await dialog(page).locator('.grid-sides').waitFor();
	const sides = await dialog(page).locator('.grid-sides').innerText();

	show(sides.includes('Rien n’est noté'), sides);
	show(/3\sh travail/.test(sides), sides);
	show(/2\sh travail/.test(sides), sides);
	show(sides.includes('direction'), sides);
	same(await slot(office, 'V02', 16, 'am'), [180, 'work', 'merged']);
	await accessible(page, 'grid-stale');
	await shot(page, 'grid-stale');
	await dialog(page).getByRole('button', { name: 'Garder ce qu’il y a' }).click();
	await until(
		async () =>
			(await face(page, 'Fatou Diop', 16)) === '3h',
		'theirs',
	);
	ok('I: a stale edit shows both values and who; nothing is overwritten');

	await cell(other, 'Fatou Diop', 16).focus();
	await type(other, '4');
	await reason(other, 'Vu avec elle', 'Corriger');
	await until(
		async () => (await slot(office, 'V02', 16, 'am'))[0] === 240,
		'the other again',
	);
	await cell(page, 'Fatou Diop', 16).focus();
	await type(page, '100');
	await reason(page, 'Feuille relue', 'Corriger');
	await dialog(page).getByRole('button', { name: 'Corriger quand même' }).click();
	same(await slot(office, 'V02', 16, 'am'), [
		240,
		'work',
		'merged',
		'corrected',
	]);
	await reason(page, 'Signé par elle', 'Corriger quand même');
	await until(
		async () => (await slot(office, 'V02', 16, 'am'))[0] === 60,
		'mine',
	);
	ok('what was typed is kept, and recorded only when that is asked for');
}

async function period(page, office) {
	await cell(page, 'Oleksandr Tkatchenko', 10).focus();
	await type(page, '3h30');
	await until(
		async () => (await slot(office, 'V03', 10, 'am')) !== null,
		'hours within the period',
	);
	await page.getByRole('button', { name: 'Absence sur une période' }).click();
	const form = dialog(page);

	await form.locator('select[name="row"]').selectOption('RIVES/V03');
	await form.locator('input[name="from"]').fill('2026-11-09');
	await form.locator('input[name="to"]').fill('2026-11-13');
	await accessible(page, 'grid-period');
	await shot(page, 'grid-period');
	await form.getByRole('button', { name: 'Noter la période' }).click();
	await form.getByText('rien n’est enregistré').or(
		form.getByText("rien n'est enregistré"),
	).waitFor();
	same(await slot(office, 'V03', 9, 'am'), null);
	await form.getByLabel('Remplacer aussi').check();
	await form.locator('textarea[name="reason"]').fill('arrêt reçu');
	await form.getByRole('button', { name: 'Noter la période' }).click();
	await form.waitFor({ state: 'detached' });
	await until(
		async () => (await slot(office, 'V03', 13, 'pm')) !== null,
		'the period',
	);
	same(await slot(office, 'V03', 10, 'am'), [0, 'sick', 'merged', 'corrected']);
	same(await slot(office, 'V03', 11, 'am'), null);
	await until(
		async () =>
			(await face(page, 'Oleksandr Tkatchenko', 9)) ===
			'mal.',
		'the grid read anew',
	);
	ok('a period is one act: all or nothing, other values only with a reason');
}

async function newcomer(page, office, laptop) {
	const { newcomer: worker } = await laptop.run(
		'newcomer', 'add', '--first-name', 'Tesfay', '--crew', 'VERTS', '--json',
	);

	await laptop.run(
		'hours', 'add', '--worker', worker,
		'--day', '2026-11-19', '--slot', 'am', '--time', '3h',
	);
	await laptop.run('sync');
	await open(page);
	const button = row(page, 'Tesfay').getByRole('button', {
		name: 'Nouveau',
	});

	await button.click();
	await dialog(page).getByRole('button', { name: 'Tesfaye' }).waitFor();
	await accessible(page, 'grid-match');
	await shot(page, 'grid-match');
	await dialog(page).getByRole('button', { name: 'Tesfaye' }).click();
	await dialog(page).getByRole('button', { name: 'Rattacher', exact: true }).click();
	await dialog(page).waitFor({ state: 'detached' });
	await button.waitFor({ state: 'detached' });
	same((await face(page, 'Tesfaye', 19)), '3h');
	ok('a newcomer is matched from the grid, likely names first');
}

async function paper(page, office) {
	await page.getByLabel('Je recopie une feuille papier').check();
	await cell(page, 'Fatou Diallo', 18).focus();
	await type(page, '3.5');
	await until(
		async () => (await slot(office, 'V01', 18, 'am')) !== null,
		'the sheet',
	);
	same(await slot(office, 'V01', 18, 'am'), [210, 'work', 'merged', 'paper']);
	await page.getByLabel('Je recopie une feuille papier').uncheck();
	ok('hours from a paper sheet are marked so');
}

async function closed(page, office) {
	await office.run(
		'month', 'close', '2026-11', '--structure', 'RIVES',
		'--exception', 'pour essayer',
	);
	await open(page);
	await row(page, 'Fatou Diallo').getByText('clos', { exact: true }).waitFor();
	await cell(page, 'Fatou Diallo', 20).focus();
	await type(page, '3');
	await says(page, 'arrivée après clôture');
	same(await slot(office, 'V01', 20, 'am'), [180, 'work', 'merged', 'late']);
	await shot(page, 'grid-closed');
	ok('a closed month takes a late entry, and says so');
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);
	const { page: other } = await member(stage, office, 'direction');
	const { page } = await member(stage, office, 'rh');

	await open(page);
	await everywhere(page, 'the grid', (name) => shot(page, name.replace(/\W+/g, '-')));
	ok('the grid is fit for every desk');
	await open(page);
	await keyboard(page, office);
	await correction(page, office);
	await address(page);
	await stale(page, other, office);
	await period(page, office);
	await newcomer(page, office, laptop);
	await paper(page, office);
	await closed(page, office);

	const { page: reader } = await member(stage, office, 'auditor');

	await open(reader);
	await cell(reader, 'Fatou Diallo', 19).focus();
	await reader.keyboard.type('3');
	same(await reader.locator('.grid-input').count(), 0);
	same(await reader.getByRole('button', { name: 'Absence' }).count(), 0);
	/* What tells of health is an absence, no more. */
	same((await face(reader, 'Fatou Diallo', 16, 1)), 'abs.');
	await cell(reader, 'Fatou Diallo', 16).click();
	await settled(reader);
	same(await reader.locator('textarea[name="reason"]').count(), 0);
	show(!(await reader.content()).includes('Feuille relue'), 'a reason is shown');
	ok('who only reads changes nothing, and reads no health');
});
