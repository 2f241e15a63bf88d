/* What several plays do with a page or its laptop. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { show, until } from './stage.mjs';

const run = promisify(execFile);
const DAY_MS = 86400000;

/* To one of the four tabs. */
export async function tab(page, name) {
	const button = page.getByRole('navigation').getByRole('button', { name });

	await button.click();
	await button.and(page.locator('[aria-current="page"]')).waitFor();
	await page.locator('main[aria-busy="false"]').waitFor();
}

/* Somebody's button in the grid. */
export function cell(page, name) {
	return page.getByRole('gridcell').filter({ hasText: name }).getByRole('button');
}

export function dialog(page) {
	return page.getByRole('dialog');
}

export async function closed(page) {
	await dialog(page).waitFor({ state: 'detached' });
}

/* The half-day of the header. */
export async function half(page, name) {
	await page.getByRole('button', { name, exact: true }).click();
	await page
		.getByRole('button', { name, exact: true, pressed: true })
		.waitFor();
}

export async function lock(page) {
	await page.locator('.bar-menu').click();
	await page.getByRole('button', { name: 'Verrouiller' }).click();
	await page.getByRole('navigation').waitFor({ state: 'detached' });
}

/* By the PIN of whoever locked it. */
export async function unlock(page, pin = '2580') {
	const field = page.locator('form.pin input');

	await field.fill(pin);
	await field.press('Enter');
	await page.getByRole('navigation').waitFor();
}

/* How many entries the header says the office has not. */
export async function pill(page) {
	return Number(await page.locator('.pill-count').textContent());
}

/* Wait until the laptop's status is as wanted; that status. */
export function statusOf(laptop, wanted, what) {
	return until(async () => {
		const found = await laptop.run('status', '--json');

		return wanted(found) && found;
	}, what);
}

export function addDays(day, n) {
	return new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY_MS)
		.toISOString()
		.slice(0, 10);
}

/* One statement on a person's own database, as only a test may. */
export async function sql(person, file, statement) {
	await run('python3', [
		'-c',
		'import sqlite3, sys\n' +
			'with sqlite3.connect(sys.argv[1], timeout=30) as db:\n' +
			'    assert db.execute(sys.argv[2]).rowcount > 0\n',
		path.join(person.data, file),
		statement,
	]);
}

/* None of these texts is anywhere in the document, shown or not. */
export async function holdsNone(page, texts, what) {
	const markup = await page.content();

	for (const text of texts)
		show(!markup.includes(text), `${what}: ${text} is in the page`);
}
