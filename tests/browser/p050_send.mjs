/*
 * The way of an entry to the office, and all that may stand in it: no
 * network, another laptop's other value, a wrong clock, a full disk, a stick,
 * revoked and set aside. Each has a plain cause; nothing is lost.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { accessible, countIs, enter, ok, play, quiet, same, shot, show, until } from './stage.mjs';
import {
	addDays,
	cell,
	closed,
	dialog,
	half,
	holdsNone,
	pill,
	sql,
	statusOf,
	tab,
} from './parts.mjs';

const TABS = ['Aujourd’hui', 'Compétences', 'Mois', 'Envoi'];
const NAMES = ['Kévin', 'Łucja', 'Oleksandr', 'Tesfaye'];
const STICK = '/media/play/CLE';
const DAY_S = 86400;

/* A space that does not break is one, too. */
function plain(text) {
	return text.replace(/\u00a0/g, ' ');
}

function counters(page) {
	return page.locator('.send-count').allTextContents();
}

function trouble(page) {
	return page.locator('.send-why');
}

async function send(page) {
	await tab(page, 'Envoi');
	const button = page.locator('.foot-act').getByRole('button');

	await button.click();
	await until(
		async () => !/Envoi…/.test(await button.textContent()),
		'the sending ends',
	);
}

async function tabsSay(page, n) {
	for (const name of TABS) {
		await tab(page, name);
		await until(async () => (await pill(page)) === n, `${n} on ${name}`);
	}
}

async function fillHalf(page, name, n = 12) {
	await tab(page, 'Aujourd’hui');
	await half(page, name);
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await page.getByRole('button', { name: new RegExp(`\\(${n}/${n}\\)`) }).waitFor();
}

async function offline(page) {
	await tabsSay(page, 0);
	await fillHalf(page, 'Matin');
	await tabsSay(page, 12);
	await trouble(page).getByText('Hors connexion : 12 saisies gardées ici.').waitFor();
	same(await page.locator('.strip-bad, .strip-warn, .strip-late').count(), 0, 'calm');
	show(
		await page.locator('.pill').evaluate((one) => one.classList.contains('pill-calm')),
		'the pill is calm',
	);
	same(await counters(page), ['12', '0', '0']);
	await shot(page, 'send-offline');
	await accessible(page, 'offline');
	ok('offline is calm: 12 kept here, on every screen');
}

/* In the office's place, and with its certificate: what a network's own gate
 * looks like once it ends TLS. */
function portal(office) {
	const pem = fs.readFileSync(path.join(office.data, 'tls.pem'));
	const gate = https.createServer({ key: pem, cert: pem }, (_, answer) => {
		answer.setHeader('Content-Type', 'text/html');
		answer.end('<form>Chambre</form>');
	});

	return new Promise((done) => gate.listen(office.port, '127.0.0.1', () => done(gate)));
}

async function inBetween(page, laptop, office) {
	const gate = await portal(office);

	await send(page);
	await trouble(page).getByText('Un portail de connexion').waitFor();
	await trouble(page).getByText('12 saisies gardées ici').waitFor();
	await trouble(page).getByRole('button', { name: 'Réessayer' }).waitFor();
	same((await laptop.run('status', '--json')).cause, 'portal');
	await page.locator('.send-times').getByText('Réseau').waitFor();
	await shot(page, 'send-portal');
	await accessible(page, 'a portal');
	gate.closeAllConnections();
	await new Promise((done) => gate.close(done));
	ok('a portal is named, with what to do; nothing is lost');
}

async function receivedAlone(page, laptop, office) {
	await office.start();
	await until(async () => (await pill(page)) === 0, 'received by itself');
	await page.getByText('Le bureau a tout reçu.').waitFor();
	same(await counters(page), ['0', '0', '12']);
	const entries = page.locator('.send-entry');

	await page.getByRole('button', { name: 'Reçues (12)' }).click();
	await entries.nth(11).waitFor();
	const { rows } = await laptop.run('entries', 'list', '--state', 'received', '--json');

	show(rows[0].receipt > 0, 'a receipt');
	await entries.first().getByText(`preuve n° ${rows[0].receipt}`).waitFor();
	await shot(page, 'send-received');
	await accessible(page, 'received');
	ok('the office is there again: received, with its receipt, without a tap');
}

async function contested(page, laptop, guard) {
	await guard.run('sync');
	await send(page);
	const clash = page.locator('.strip-clash').filter({ hasText: 'Fatou Dia.' });

	await clash.waitFor();
	const said = await clash.innerText().then(plain);

	for (const value of ['3 h 30', '2 h', 'Maëlle', 'garde', 'berges'])
		show(said.includes(value), `${value} is not shown`, said);
	await page.locator('.pill').getByText('À vérifier').waitFor();
	await shot(page, 'send-contested');
	await accessible(page, 'contested');
	await tab(page, 'Aujourd’hui');
	await cell(page, 'Fatou Dia.').getByText('Contesté').waitFor();
	await cell(page, 'Fatou Dia.').click();
	await dialog(page).getByText(/le bureau décide/).waitFor();
	await countIs(dialog(page).locator('.held-values li'), 2, 'both values');
	await shot(page, 'send-contested-cell');
	await accessible(page, 'a contested half-day');
	await page.keyboard.press('Escape');
	await closed(page);
	same((await laptop.run('conflicts', '--json')).rows.length, 1);
	ok('two laptops said different things: both values are shown');
}

async function clockBehind(page, laptop) {
	await sql(laptop, 'pointeau.db', `UPDATE head SET time_s = time_s + ${DAY_S}`);
	await tab(page, 'Aujourd’hui');
	await page.getByText('Sommes-nous bien ce jour-là ?').waitFor();
	same(await page.getByRole('gridcell').count(), 0, 'entry before the date is sure');
	await shot(page, 'send-clock');
	await accessible(page, 'a doubtful clock');
	await tab(page, 'Envoi');
	await trouble(page).getByText(/L’horloge de ce poste/).waitFor();
	await shot(page, 'send-clock-cause');
	await tab(page, 'Aujourd’hui');
	await page.getByRole('button', { name: 'Oui, c’est la bonne date' }).click();
	await page.getByRole('gridcell').nth(11).waitFor();
	await sql(laptop, 'pointeau.db', `UPDATE head SET time_s = time_s - ${DAY_S}`);
	ok('earlier than the last receipt: the date is confirmed before any entry');
}

/* From here on the agent's disk can be full: tests/lib/sick_disk.c. */
async function onSickDisk(stage, laptop) {
	const bin = path.resolve(process.env.POINTEAU_BIN || 'build');
	const sick = path.join(bin, 'tests/libsick_disk.so');

	show(fs.existsSync(sick), 'build the target sick_disk');
	Object.assign(stage.environment, {
		LD_PRELOAD: sick,
		SICK_PLACE: `${fs.realpathSync(laptop.data)}/`,
		SICK_AFTER: '0',
		SICK_SWITCH: path.join(stage.path, 'ill'),
	});
	const page = await stage.open(laptop);

	delete stage.environment.LD_PRELOAD;
	await enter(page, /Maëlle/);
	return { page, ill: path.join(stage.path, 'ill') };
}

async function fullDisk(page, ill, laptop) {
	await tab(page, 'Aujourd’hui');
	await half(page, 'Après-midi');
	const before = await laptop.run('hours', 'list', '--json');

	fs.writeFileSync(ill, 'full');
	await cell(page, 'Kévin D.').click();
	await dialog(page).getByRole('button', { name: '3 h 30', exact: true }).click();
	await dialog(page).getByRole('alert').getByText(/disque|place|enregistré/).waitFor();
	await shot(page, 'send-disk-dialog');
	await accessible(page, 'a full disk, in the dialog');
	await page.keyboard.press('Escape');
	await closed(page);
	await cell(page, 'Kévin D.').getByText('À saisir').waitFor();
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	const strip = page.locator('.complaint');

	await strip.waitFor();
	await strip.getByRole('button', { name: /clé USB/ }).waitFor();
	await shot(page, 'send-disk-full');
	await accessible(page, 'a full disk');
	same(await page.locator('.cell-present').count(), 0, 'a tick on a full disk');
	await page.getByRole('button', { name: /\(0\/12\)/ }).waitFor();
	fs.rmSync(ill);
	same(await laptop.run('hours', 'list', '--json'), before, 'something was kept');
	await page.getByRole('button', { name: 'J’ai lu' }).click();
	await cell(page, 'Kévin D.').click();
	await dialog(page).getByRole('button', { name: '3 h 30', exact: true }).click();
	await closed(page);
	await page.getByRole('button', { name: /\(1\/12\)/ }).waitFor();
	ok('a full disk: refused in red, no tick, nothing changed; then it goes on');
}

async function byStick(page, laptop, office) {
	await fillHalf(page, 'Après-midi');
	await tab(page, 'Envoi');
	const kept = await pill(page);

	same(kept, 12);
	await page.getByRole('button', { name: 'Copier sur clé USB' }).click();
	if (process.getuid() !== 0) {
		await dialog(page).getByText(/Aucune clé|Copier sur/).first().waitFor();
		await page.keyboard.press('Escape');
		await closed(page);
		return;
	}
	await dialog(page).getByText('Aucune clé trouvée').waitFor();
	await shot(page, 'send-no-stick');
	fs.mkdirSync(STICK, { recursive: true });
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', STICK]);
	await dialog(page).getByRole('button', { name: 'Chercher encore' }).click();
	await dialog(page).getByRole('button', { name: /^Copier sur CLE/ }).click();
	await dialog(page).getByText('12 saisies copiées.').waitFor();
	await shot(page, 'send-stick');
	await accessible(page, 'copied on a stick');
	await page.keyboard.press('Escape');
	await closed(page);
	same(await pill(page), 12, 'a copy is no receipt');
	const taken = await office.run('import', 'usb', STICK, '--json');

	same(
		taken.devices.map((one) => [one.name, one.entries, one.refused || 0]),
		[['berges', 12, 0]],
	);
	const { total } = await office.run('report', 'month', await monthOf(laptop), '--json');

	/* 11 mornings undisputed, 12 afternoons. */
	same(total.minutes, 23 * 210);
	ok('what is kept here goes to the office on a stick, and counts there');
}

async function monthOf(laptop) {
	return (await laptop.run('crew', '--json')).day.slice(0, 7);
}

async function revoked(page, laptop, office) {
	const { device } = await laptop.run('status', '--json');

	await office.run('device', 'revoke', device);
	await laptop.run(
		'hours', 'add', '--worker', 'V02', '--slot', 'am', '--time', '1h',
		'--day', addDays((await laptop.run('crew', '--json')).day, -1),
	);
	await office.start();
	await tab(page, 'Envoi');
	const button = page.locator('.foot-act').getByRole('button');

	/* It may have tried by itself. */
	if (await button.isEnabled())
		await button.click();
	await statusOf(laptop, (now) => now.revoked, 'told that it is revoked');
	await trouble(page).getByText('Ce poste n’a plus le droit de saisir.').waitFor();
	await trouble(page).getByRole('button', { name: 'Copier sur clé USB' }).waitFor();
	await page.locator('.pill').getByText('Bloqué').waitFor();
	await shot(page, 'send-revoked');
	await accessible(page, 'revoked');
	const { quarantined } = await laptop.run('status', '--json');

	show(quarantined > 0, 'nothing was set aside');
	await page.getByRole('button', { name: `Mises de côté (${quarantined})` }).click();
	await page.locator('.send-fault').getByText(/révoqué quand cette saisie/).first().waitFor();
	await shot(page, 'send-aside');
	ok('what the office set aside is told, with its reason');
	for (const name of TABS) {
		await tab(page, name).catch(() => {});
		await quiet(page);
		await shot(page, `send-revoked-${name}`);
		same(await page.getByRole('gridcell').count(), 0, `entry on ${name}`);
		await holdsNone(page, NAMES, `revoked, ${name}`);
	}
	ok('revoked: names are hidden, nothing can be entered, a stick is offered');
}

/* Sticks are mounted: in a place of one's own, which vanishes with the play. */
function inOwnMounts() {
	const child = spawn(
		'unshare',
		[
			'-m',
			'sh',
			'-c',
			'mount -t tmpfs none /media && exec "$0" "$1"',
			process.execPath,
			fileURLToPath(import.meta.url),
		],
		{ stdio: 'inherit', env: { ...process.env, PLAY_MOUNTS: '1' } },
	);

	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.on('close', (code) => (process.exitCode = code ?? 1));
}

async function act(stage) {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office);
	const guard = await stage.laptop('garde', office);

	await office.stop();
	await guard.run('hours', 'add', '--worker', 'V01', '--slot', 'am', '--time', '2h');
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await offline(page);
	await inBetween(page, laptop, office);
	await receivedAlone(page, laptop, office);
	await contested(page, laptop, guard);
	await clockBehind(page, laptop);
	await laptop.stop();
	await page.close();
	await office.stop();
	const { page: next, ill } = await onSickDisk(stage, laptop);

	await fullDisk(next, ill, laptop);
	await byStick(next, laptop, office);
	await revoked(next, laptop, office);
}

if (process.getuid() === 0 && !process.env.PLAY_MOUNTS)
	inOwnMounts();
else
	await play(act);
