/*
 * A laptop never enrolled, from the office's code to the crew: wrong and dead
 * codes, no network, a scanner, six words, a PIN each, the lock.
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
import { holdsNone, lock, sql, statusOf, tab } from './parts.mjs';

const NAMES = ['Kévin', 'Łucja', 'Oleksandr', 'Tesfaye', 'Ayşe'];

async function giveCode(page, code) {
	await page.getByLabel('Code', { exact: true }).fill(code);
	await page.getByRole('button', { name: 'Enrôler ce portable' }).click();
}

/* What the page answers to a code it cannot use. */
async function refusal(page, code, what) {
	await giveCode(page, code);
	const alert = page.getByRole('alert').locator('.strip');

	await alert.waitFor();
	await shot(page, `start-${what}`);
	return {
		text: (await alert.textContent()).trim(),
		bad: await alert.evaluate((one) => one.classList.contains('strip-bad')),
	};
}

async function fillPins(page, ...pins) {
	const fields = page.locator('input[inputmode="numeric"]');

	await fields.first().waitFor();
	for (const [i, pin] of pins.entries())
		await fields.nth(i).fill(pin);
	await fields.last().press('Enter');
}

/* The button that gives the PIN, able to be pressed or not. */
function enterButton(page) {
	return page.locator('form.pin .button-main');
}

async function refusedCodes(stage, office, page, laptop) {
	await page.getByRole('heading', { name: 'Le code du bureau' }).waitFor();
	await shot(page, 'start-code');
	await accessible(page, 'the office’s code');
	await page.getByRole('button', { name: 'Enrôler ce portable' }).click();
	await page.getByText('Collez d’abord le code').waitFor();
	for (const code of ['pas un code', 'pto1.AAAA', '<b>pto1</b>']) {
		const { text, bad } = await refusal(page, code, 'wrong');

		show(bad && text.length > 20, 'a wrong code is explained', text);
		show(!text.includes('undefined'), text);
	}
	const used = await office.code();

	await stage.newLaptop('autre').run('enrol', used, '--name', 'autre');
	const after = await refusal(page, used, 'used');

	show(after.bad && /code/.test(after.text), 'a used code', after.text);
	const late = await office.code();

	await sql(office, 'pointeau.db', 'UPDATE code SET expires_s = 1');
	const expired = await refusal(page, late, 'expired');

	show(expired.bad && /code/.test(expired.text), 'a late code', expired.text);
	same((await laptop.attempt('status')).status, 10, 'nothing was enrolled');
	ok('a wrong, a used and an expired code are refused, and say so');
}

async function withoutNetwork(office, page) {
	const code = await office.code();

	await office.stop();
	const { text, bad } = await refusal(page, code, 'offline');

	show(!bad, 'being offline is no fault', text);
	show(/réessayez là où il y a du réseau/.test(text), 'offline in words', text);
	show(!/connect to|envoi/.test(text), 'offline in words', text);
	same(await page.getByLabel('Code', { exact: true }).inputValue(), code);
	await office.start();
	await page.getByRole('button', { name: 'Enrôler ce portable' }).click();
	await page.getByRole('heading', { name: 'Les six mots' }).waitFor();
	ok('without network the code stays, and is taken once there is one');
}

async function sixWords(page, laptop) {
	const { words } = await laptop.run('status', '--json');
	const shown = await page.getByRole('listitem').allTextContents();

	same(shown, words.split(' '), 'the six words');
	await shot(page, 'start-words');
	await accessible(page, 'the six words');
	await page.getByRole('button', { name: 'Pas les mêmes' }).click();
	await page.getByRole('alert').getByText(/révoque/).waitFor();
	await page.getByRole('button', { name: 'Les mêmes', exact: true }).click();
	ok('the six words are those of the command line');
}

async function byScanner(stage, office) {
	const laptop = stage.newLaptop('scanne');
	const page = await stage.open(laptop);
	const code = await office.code('VERTS,BAT');

	/* Nobody taps into the field first. */
	await page.locator('#code:focus').waitFor();
	await page.keyboard.type(code);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Les six mots' }).waitFor();
	same(
		await page.getByRole('listitem').allTextContents(),
		(await laptop.run('status', '--json')).words.split(' '),
	);
	await page.getByRole('button', { name: 'Les mêmes', exact: true }).click();
	ok('a scanner types the code and ends it: nothing else is needed');
	return { laptop, page };
}

async function aPinEach(page) {
	await page.getByRole('heading', { name: 'Qui êtes-vous ?' }).waitFor();
	await shot(page, 'start-who');
	await accessible(page, 'who is here');
	await page.getByRole('button', { name: /Maëlle/ }).click();
	await fillPins(page, '12', '12');
	await page.getByText('Il faut 4 chiffres au moins.').waitFor();
	await fillPins(page, '2580', '2581');
	await page.getByText(/Les deux codes sont différents/).waitFor();
	await shot(page, 'start-pin-differs');
	await accessible(page, 'choosing a PIN');
	await fillPins(page, '2580', '2580');
	await page.getByRole('gridcell').nth(11).waitFor();
	ok('a PIN too short, or not twice the same, is not taken');

	await lock(page);
	/* Locked, another one comes. */
	await page.getByRole('button', { name: /quelqu’un d’autre/ }).click();
	await page.getByRole('button', { name: /Saïd/ }).click();
	await fillPins(page, '7139', '7139');
	await page.getByRole('navigation').waitFor();
	await page.getByText('Moussa T.').waitFor();
	await lock(page);
	await page.getByRole('button', { name: /quelqu’un d’autre/ }).click();
	await page.getByRole('button', { name: /Maëlle/ }).click();
	await fillPins(page, '7139');
	await page.getByRole('alert').getByText(/./).first().waitFor();
	await shot(page, 'start-pin-wrong');
	await accessible(page, 'a wrong PIN');
	same(await page.getByRole('navigation').count(), 0, 'a colleague’s PIN');
	await fillPins(page, '2580');
	await page.getByRole('navigation').waitFor();
	await page.getByText('Kévin D.').waitFor();
	ok('two supervisors, a PIN each: one does not open for the other');
}

async function lockedButSyncing(page, laptop) {
	await tab(page, 'Aujourd’hui');
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await page.getByText(/\(12\/12\)/).waitFor();
	await lock(page);
	const before = await laptop.run('status', '--json');

	await holdsNone(page, NAMES, 'locked');
	same(before.kept + before.sent, 12, 'sent before the lock');
	await statusOf(laptop, (now) => now.received === 12, 'received while locked');
	same(await page.getByRole('navigation').count(), 0, 'still locked');
	await holdsNone(page, NAMES, 'still locked');
	ok('locked, the page holds nobody’s name, and the sync goes on');
}

async function throttled(page) {
	for (let i = 0; i < 5; i++) {
		await fillPins(page, `000${i}`);
		await until(
			async () =>
				(await page.locator('input[inputmode="numeric"]').inputValue()) === '',
			'the wrong PIN is answered',
		);
	}
	const alert = page.getByRole('alert').locator('.strip');

	await until(async () => {
		if (await enterButton(page).isDisabled()) {
			const word = await enterButton(page).textContent();

			if (/Attendez/.test(word))
				return true;
		}
		if (!(await page.locator('input[inputmode="numeric"]').inputValue()))
			await fillPins(page, '2580');
		return false;
	}, 'five wrong PINs have to wait');
	await shot(page, 'start-pin-wait');
	await accessible(page, 'a wait');
	show(/\d/.test(await alert.textContent()), 'the wait is said');
	same(await page.getByRole('navigation').count(), 0, 'opened');
	await page.reload();
	await fillPins(page, '2580');
	await page.getByText(/Attendez \d/).waitFor();
	same(await page.getByRole('navigation').count(), 0, 'opened by reloading');
	ok('after five wrong ones even the right PIN waits, also after a reload');
}

await play(async (stage) => {
	const office = await stage.office();
	const first = stage.newLaptop('neuf');
	const page = await stage.open(first);

	await refusedCodes(stage, office, page, first);
	await withoutNetwork(office, page);
	await sixWords(page, first);
	await enter(page, /Maëlle/);
	await page.getByRole('gridcell').nth(11).waitFor();
	const scanned = await byScanner(stage, office);

	await aPinEach(scanned.page);
	await lockedButSyncing(scanned.page, scanned.laptop);
	await throttled(scanned.page);
});
