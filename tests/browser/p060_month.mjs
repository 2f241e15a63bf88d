/*
 * The month and its sign-off: what is odd first, the screen in one worker's
 * hands, in her language; by finger, by digits, on paper; what changes
 * meanwhile is not signed, what changes later is signed anew.
 */
import { accessible, enter, fits, ok, play, same, shot, show, until } from './stage.mjs';
import { addDays, closed, dialog, holdsNone, tab, unlock } from './parts.mjs';

const FATOU = 'Fatou Dia.';
const OTHERS = ['Fatou Dio', 'Oleksandr', 'Łucja', 'Kévin'];

/* {month, days}: three weekdays of one month, the last before today. */
function pastDays(today) {
	const month = (Number(today.slice(8)) < 8 ? addDays(today, -8) : today).slice(0, 7);
	const days = [];

	for (let day = addDays(today, -1); days.length < 3; day = addDays(day, -1)) {
		const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();

		if (day.startsWith(month) && weekday !== 0 && weekday !== 6)
			days.unshift(day);
	}
	return { month, days };
}

async function note(laptop, worker, day, slot, time, ...more) {
	await laptop.run(
		'hours', 'add', '--worker', worker, '--day', day, '--slot', slot, '--time', time, ...more,
	);
}

async function hours(laptop, days) {
	for (const day of days)
		await note(laptop, 'V01', day, 'am', '3h30');
	await note(laptop, 'V01', days[0], 'pm', '3h', '--kind', 'formation');
	await note(laptop, 'V02', days[0], 'am', '3h30');
	/* Eleven hours in a day. */
	await note(laptop, 'V03', days[1], 'am', '5h30');
	await note(laptop, 'V03', days[1], 'pm', '5h30');
}

/* The sheet as the command line tells it. */
function sheetOf(laptop, worker, month) {
	return laptop.run('signoff', 'show', '--worker', worker, '--month', month, '--json');
}

async function correct(laptop, worker, day, time) {
	await laptop.run(
		'hours', 'set', '--worker', worker, '--day', day, '--slot', 'am',
		'--time', time, '--reason', 'appris après coup',
	);
}

function person(page, name) {
	return page.locator('.month-person').filter({ hasText: name });
}

/* To the month of the hours, which may be the last one. */
async function overview(page, month, today) {
	await tab(page, 'Mois');
	if (today.slice(0, 7) !== month)
		await page.getByRole('button', { name: /^Mois d’avant/ }).click();
	await page.locator('.month-person').first().waitFor();
}

async function oddFirst(page) {
	await person(page, 'Oleksandr T.').getByText('1 jour de plus de 10 h').waitFor();
	const order = await page.locator('.month-group').allTextContents();

	show(/À voir d’abord/.test(order[0]), order);
	await shot(page, 'month');
	await accessible(page, 'the month');
	await person(page, 'Oleksandr T.').click();
	await page.locator('.month-oddlist').getByText(/11h\b/).first().waitFor();
	await shot(page, 'month-odd');
	await accessible(page, 'one worker’s month');
	await page.getByRole('button', { name: 'Retour' }).click();
	ok('what is odd about a month comes first, and says what it is');
}

async function handOver(page, name) {
	await person(page, name).click();
	await page.getByRole('button', { name: `Passer l’écran à ${name}` }).click();
	await page.locator('.signoff').getByRole('heading', { level: 1 }).waitFor();
}

async function back(page, word) {
	await page.getByRole('button', { name: word }).click();
	await page.locator('input[inputmode="numeric"]').first().waitFor();
	same(await page.getByRole('navigation').count(), 0, 'given back, but open');
	await unlock(page);
	await page.locator('.month-person').first().waitFor();
}

/* A signature as a hand draws one. */
async function draw(page) {
	const pad = page.locator('.signoff-pad');

	await pad.scrollIntoViewIfNeeded();
	const box = await pad.boundingBox();
	const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];

	for (const line of [
		[[0.2, 0.3], [0.3, 0.7], [0.4, 0.3], [0.5, 0.7]],
		[[0.55, 0.5], [0.8, 0.45]],
	]) {
		await page.mouse.move(...at(...line[0]));
		await page.mouse.down();
		for (const point of line.slice(1))
			await page.mouse.move(...at(...point), { steps: 8 });
		await page.mouse.up();
	}
}

async function inArabic(page, laptop, month) {
	await handOver(page, FATOU);
	same(await page.getByRole('navigation').count(), 0, 'the frame is there');
	await holdsNone(page, OTHERS, 'in her hands');
	await shot(page, 'signoff');
	await accessible(page, 'the sign-off');
	await page.getByRole('button', { name: 'العربية' }).click();
	same(await page.locator('.signoff').getAttribute('dir'), 'rtl');
	same(await page.locator('.signoff').getAttribute('lang'), 'ar');
	await shot(page, 'signoff-ar');
	await accessible(page, 'the sign-off in Arabic');
	await fits(page, 'the sign-off in Arabic');
	await page.getByRole('button', { name: 'موافق', exact: true }).click();
	await page.getByRole('button', { name: 'بالإصبع' }).click();
	await page.locator('.signoff-pad').waitFor();
	await page.getByRole('button', { name: /^توقيع/ }).click();
	await page.getByText('وقّع داخل الإطار أو').waitFor();
	same((await sheetOf(laptop, 'V01', month)).signed.state, 'none', 'signed by nothing');
	await draw(page);
	await shot(page, 'signoff-finger');
	await accessible(page, 'signing by finger');
	await page.getByRole('button', { name: /^توقيع/ }).click();
	await page.getByText(/شكرًا/).waitFor();
	await shot(page, 'signoff-done');
	await accessible(page, 'signed');
	const { signed } = await sheetOf(laptop, 'V01', month);

	same([signed.state, signed.how], ['agree', 'finger']);
	await back(page, 'إعادة الشاشة');
	await person(page, FATOU).getByText('D’accord').waitFor();
	ok('her own rows, in Arabic from right to left, signed by finger');
}

async function byReload(page) {
	await handOver(page, FATOU);
	await page.reload();
	await page.locator('input[inputmode="numeric"]').first().waitFor();
	same(await page.getByRole('navigation').count(), 0, 'out by reloading');
	await holdsNone(page, OTHERS, 'reloaded');
	await unlock(page);
	ok('reloading is no way out for who holds the screen');
}

async function disagreeing(page, laptop, month) {
	await handOver(page, 'Fatou Dio.');
	await page.getByRole('button', { name: 'Pas d’accord' }).click();
	same(await page.getByRole('button', { name: 'Continuer' }).isDisabled(), true);
	await page.getByRole('button', { name: 'Il manque des heures' }).click();
	await page.getByLabel(/^Vos mots/).fill('je suis restée l’après-midi');
	await shot(page, 'signoff-why');
	await accessible(page, 'why not');
	await page.getByRole('button', { name: 'Continuer' }).click();
	await page.getByRole('button', { name: 'Avec un code' }).click();
	await page.locator('.signoff-code input').fill('80617243');
	await shot(page, 'signoff-code');
	await accessible(page, 'signing by digits');
	await page.getByRole('button', { name: /^Signer/ }).click();
	await page.getByText(/^Merci/).waitFor();
	const { signed } = await sheetOf(laptop, 'V02', month);

	same([signed.state, signed.how], ['disagree', 'pin']);
	same(signed.reason, 'Il manque des heures — je suis restée l’après-midi');
	await back(page, 'Rendre l’écran');
	await person(page, 'Fatou Dio.').getByText('Pas d’accord').first().waitFor();
	ok('“pas d’accord” with its reason, by digits, is an answer like the other');
}

async function laterChange(page, laptop, month, days) {
	await correct(laptop, 'V01', days[0], '3h');
	await person(page, FATOU).getByText('À re-signer').first().waitFor();
	await shot(page, 'month-stale');
	same((await sheetOf(laptop, 'V01', month)).signed.state, 'stale');
	ok('a later correction asks for a new signature');

	await handOver(page, FATOU);
	await page.getByRole('button', { name: 'D’accord', exact: true }).waitFor();
	/* While she reads. */
	await correct(laptop, 'V01', days[1], '2h');
	await page.getByRole('button', { name: 'D’accord', exact: true }).click();
	await page.getByRole('button', { name: 'Sur papier' }).click();
	await page.getByRole('button', { name: 'J’ai signé sur papier' }).click();
	await page.getByText(/Les heures ont changé\. Relisez/).waitFor();
	await shot(page, 'signoff-changed');
	await accessible(page, 'changed meanwhile');
	same((await sheetOf(laptop, 'V01', month)).signed.state, 'stale', 'signed unseen');
	await until(
		async () => /2\s*h/.test(await page.locator('.signoff-days').innerText()),
		'the new hours are shown',
	);
	await page.getByRole('button', { name: 'D’accord', exact: true }).click();
	await page.getByRole('button', { name: 'Sur papier' }).click();
	await page.getByRole('button', { name: 'J’ai signé sur papier' }).click();
	await page.getByText(/^Merci/).waitFor();
	const { signed } = await sheetOf(laptop, 'V01', month);

	same([signed.state, signed.how], ['agree', 'paper']);
	await back(page, 'Rendre l’écran');
	ok('hours that change meanwhile are shown again, not signed unseen');
}

async function printed(page, laptop, month) {
	await person(page, FATOU).click();
	await page.getByRole('button', { name: 'Imprimer la feuille' }).click();
	const sheet = page.locator('.sheets-page');

	await sheet.locator('.sheets-qr path').waitFor();
	const { sum, signed } = await sheetOf(laptop, 'V01', month);
	const { path } = await laptop.run(
		'qr', `pointeau-signoff:RIVES/V01/${month}:${sum}`, '--json',
	);

	same(await sheet.locator('.sheets-qr path').getAttribute('d'), path, 'the QR');
	const hashes = (await sheet.locator('code').allTextContents()).map((text) =>
		text.replace(/\s/g, ''),
	);

	same(hashes, [sum, signed.hash], 'the hashes on paper');
	await holdsNone(page, OTHERS, 'her sheet');
	await shot(page, 'sheet');
	await accessible(page, 'a sheet');
	await page.emulateMedia({ media: 'print' });
	same(await page.locator('.sheets-bar').isVisible(), false, 'buttons on paper');
	await shot(page, 'sheet-printed');
	await page.emulateMedia({ media: 'screen' });
	await page.getByRole('button', { name: 'Retour' }).click();
	ok('the printed sheet carries the hash of what was signed, and its QR');
}

async function blankSheet(page) {
	await page.locator('.bar-menu').click();
	await dialog(page).getByRole('button', { name: /Feuilles à imprimer/ }).click();
	await closed(page);
	await page.locator('.sheets-page').waitFor();
	const names = await page.locator('.sheets-page tbody .sheets-name').allTextContents();

	for (const name of ['Kévin D.', 'Łucja N.'])
		show(names.some((one) => one.includes(name)), name, names);
	await shot(page, 'sheet-blank');
	await accessible(page, 'a blank sheet');
	await page.getByRole('button', { name: 'Retour' }).click();
	ok('a blank sheet of the crew is there for the day of a breakdown');
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);
	const today = (await laptop.run('crew', '--json')).day;
	const { month, days } = pastDays(today);

	await office.stop();
	await hours(laptop, days);
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await overview(page, month, today);
	await oddFirst(page);
	await inArabic(page, laptop, month);
	await disagreeing(page, laptop, month);
	await laterChange(page, laptop, month, days);
	await printed(page, laptop, month);
	await blankSheet(page);
	await overview(page, month, today);
	await byReload(page);
	await office.start();
	await laptop.run('sync');
	const other = await stage.laptop('garde', office);

	for (const [worker, state] of [['V01', 'agree'], ['V02', 'disagree']])
		same((await sheetOf(other, worker, month)).signed.state, state, worker);
	ok('the office passed the answers on to the crew’s other laptop');
});
