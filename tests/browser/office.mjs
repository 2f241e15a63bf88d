/*
 * The stage of the office's plays: a real server on loopback, accounts made
 * through their links in the browser, an authenticator app as it would be in
 * the person's phone.
 *
 *	await play(async (stage) => {
 *		const office = await stage.office();
 *		const { page } = await member(stage, office, 'direction');
 *		await screen(page, 'Importer');
 *		…
 *	});
 */
import { createHmac } from 'node:crypto';

import { SIZES, accessible, fits, quiet, show, targets, until } from './stage.mjs';

/* The office's own desks. */
export const DESKS = {
	desk: { width: 1366, height: 768 },
	small: SIZES.laptop,
	phone: SIZES.phone,
	/* 1366 × 768 at 200 %: half the room, twice the dots. */
	zoomed: { width: 683, height: 384 },
};

const PASSWORD = 'quatre tomates bleues dorment';

/* ---- the phone ---- */

const STEP_S = 30;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base32) {
	const bits = [...base32.replace(/[\s=]/g, '')]
		.map((one) => BASE32.indexOf(one).toString(2).padStart(5, '0'))
		.join('');

	return Buffer.from(
		bits.match(/.{8}/g).map((one) => Number.parseInt(one, 2)),
	);
}

/* RFC 6238: six digits of half a minute, SHA-1. */
export function totp(secret, step) {
	const counter = Buffer.alloc(8);

	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
	const at = mac[19] & 15;

	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/* A phone's app. A code serves once, so the next one is taken when this half
 * minute's has served: the server allows for a clock that is a step ahead. */
class Phone {
	constructor(secret) {
		this.secret = secret;
		this.last = 0;
	}

	async code() {
		const now = () => Math.floor(Date.now() / 1000 / STEP_S);

		await until(() => this.last <= now(), 'the next half minute');
		this.last = Math.max(now(), this.last + 1);
		return totp(this.secret, this.last);
	}
}

/* ---- people ---- */

/* The link of an account's owner. The first account is made by the link that
 * the server showed when it started. */
async function linkOf(office, person) {
	if (!office.staff) {
		show(office.setup, 'no link of a first account');
		return office.setup;
	}
	const words = ['user', 'add', person.login, '--role', person.role];

	words.push('--name', person.name);
	if (person.structures)
		words.push('--structures', person.structures);
	return (await office.run(...words, '--json')).link;
}

/* A browser of its own on the office's page. */
export async function visit(stage, office, { hash = '', ...more } = {}) {
	office.url = `https://127.0.0.1:${office.port}/${hash}`;
	return await stage.open(office, {
		size: DESKS.desk,
		ignoreHTTPSErrors: true,
		...more,
	});
}

/*
 * Make an account of ${role} and come in by its link, in the browser. The
 * first one of an office is the direction's; another role asks for that first.
 * {page, person}: person has login, password, phone.
 */
export async function member(stage, office, role, more = {}) {
	const { structures, login = role, name, ...view } = more;

	if (!office.staff && role !== 'direction')
		await (await member(stage, office, 'direction')).page.context().close();
	const person = {
		login,
		role,
		structures,
		name: name || `${role} d’essai`,
		password: PASSWORD,
	};
	const link = await linkOf(office, person);
	const page = await visit(stage, office, {
		hash: new URL(link).hash,
		...view,
	});

	await comeIn(page, person, !office.staff);
	office.staff = [...(office.staff || []), person];
	return { page, person };
}

/* Fill in the form of a one-use link. */
export async function comeIn(page, person, first) {
	const secret = page.locator('.secret-text');

	await secret.waitFor();
	person.phone = new Phone(await secret.textContent());
	if (first) {
		await page.locator('input[name="login"]').fill(person.login);
		await page.locator('input[name="name"]').fill(person.name);
	}
	await page.locator('input[name="password"]').fill(person.password);
	await page.locator('input[name="repeat"]').fill(person.password);
	await page.locator('input[name="totp"]').fill(await person.phone.code());
	await page.locator('button[type="submit"]').click();
	await page.locator('.frame').waitFor();
}

/* By the login form. */
export async function logIn(page, person) {
	await page.locator('input[name="login"]').fill(person.login);
	await page.locator('input[name="password"]').fill(person.password);
	await page.locator('input[name="totp"]').fill(await person.phone.code());
	await page.locator('button[type="submit"]').click();
	await page.locator('.frame').waitFor();
}

export async function logOut(page) {
	await page.locator('.head-who').click();
	await page.getByRole('dialog').locator('button.menu-line').click();
	await page.locator('.outside').waitFor();
}

/* The server forgets everybody: started anew, as after an update. */
export async function restart(office) {
	await office.stop();
	await office.start();
}

/* ---- the page ---- */

/* To a screen by its name in the bar, wherever the bar is. */
export async function screen(page, name) {
	const menu = page.locator('.head-menu');

	if (await menu.isVisible())
		await menu.click();
	await page
		.locator('.bar-line:visible')
		.filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) })
		.click();
	await settled(page);
}

/* To an address, as a link or a bookmark would. */
export async function place(page, hash) {
	await page.evaluate((wanted) => (location.hash = wanted), hash);
	await settled(page);
}

/* The page has loaded and shows no grey lines. */
export async function settled(page) {
	await quiet(page);
	await page.locator('.loading').first().waitFor({ state: 'detached' });
	await page.evaluate(() => document.fonts.ready);
}

/* Everything that every screen owes everybody, at every desk. ${name}: of the
 * screenshots. */
export async function everywhere(page, name, look) {
	for (const [desk, size] of Object.entries(DESKS)) {
		await page.setViewportSize(size);
		await settled(page);
		await accessible(page, `${name}, ${desk}`);
		await fits(page, `${name}, ${desk}`);
		await targets(page, `${name}, ${desk}`, 44);
		await look?.(`${name}-${desk}`, desk);
	}
	await page.setViewportSize(DESKS.desk);
}
