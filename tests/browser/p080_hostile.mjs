/*
 * Names that are markup, names that turn around, pages of other origins, a
 * name that is bound anew, no token: text stays text, and nobody but the page
 * itself gets anything. The browser keeps nothing.
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
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
	until,
} from './stage.mjs';
import { cell, closed, dialog, tab } from './parts.mjs';

const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; " +
	"font-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'";

const IMAGE = '<img src=x onerror=alert(1)>';
const SCRIPT = '"><script>alert(2)</script>';
const TEMPLATE = '${alert(3)}{{alert(4)}}';
const EMOJI = '👷🏽‍♀️🦺';
const LONG = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3);
const ARABIC = 'عبد الرحمن';
const CSV = [
	[
		'structures',
		'structure,name,kind,siret',
		[['RIVES', `Rives ${IMAGE}`, 'ACI', '04120768900013']],
	],
	[
		'sites',
		'site,structure,name,sector',
		[
			['S1', 'RIVES', `Berges ${IMAGE}`, 'espaces_verts'],
			['S2', 'RIVES', SCRIPT, 'espaces_verts'],
		],
	],
	[
		'crews',
		'crew,structure,name,site,am,pm,days',
		[['VERTS', 'RIVES', `Verts ${SCRIPT}`, 'S1', '8h00-11h30', '13h00-16h30', '']],
	],
	[
		'supervisors',
		'supervisor,structure,crew,first_name,last_name',
		[['ENC-01', 'RIVES', 'VERTS', IMAGE, "O'Neil & <b>fils</b>"]],
	],
	[
		'workers',
		'worker,structure,crew,first_name,last_name',
		[
			['H1', 'RIVES', 'VERTS', IMAGE, 'Attaque'],
			['H2', 'RIVES', 'VERTS', SCRIPT, 'Script'],
			['H3', 'RIVES', 'VERTS', TEMPLATE, 'Gabarit'],
			['H4', 'RIVES', 'VERTS', EMOJI, 'Émoji'],
			['H5', 'RIVES', 'VERTS', LONG, 'Longue'],
			['H6', 'RIVES', 'VERTS', ARABIC, 'الخطيب'],
			['H7', 'RIVES', 'VERTS', '&lt;i&gt;&amp;', 'Entité'],
			['H8', 'RIVES', 'VERTS', 'constructor', '__proto__'],
		],
	],
	[
		'skills',
		'code,label,trade',
		[
			['K-1', `Tailler ${IMAGE}`, 'A1203'],
			['K-2', SCRIPT, 'A1203'],
		],
	],
];
/* What the office refuses outright: letters that turn a line around, lines. */
const REFUSED = ['Jean\u202Enaej', 'Jean\u2066a', 'Jean\u0007'];

async function importRows(stage, office, [what, header, rows]) {
	const file = path.join(stage.path, `${what}.csv`);
	const quoted = (text) => `"${text.replace(/"/g, '""')}"`;

	fs.writeFileSync(
		file,
		[header, ...rows.map((row) => row.map(quoted).join(','))].join('\r\n'),
	);
	return await office.attempt('import', what, file);
}

/* An office whose lists are all attacks. */
async function hostileOffice(stage) {
	const office = await stage.office({ asleep: true, bare: true });

	for (const table of CSV) {
		const { status, err } = await importRows(stage, office, table);

		same(status, 0, `${table[0]}: ${err}`);
	}
	return await office.start();
}

/* Neither drawn as markup nor run. */
async function onlyText(page, what) {
	const found = await page.evaluate(() => ({
		odd: [...document.querySelectorAll('img, script, b, i, iframe, object')]
			.map((one) => one.outerHTML)
			.filter((text) => !text.includes('src="/main.js"')),
		handlers: [...document.querySelectorAll('*')].filter((one) =>
			[...one.attributes].some(({ name }) => /^on/.test(name)),
		).length,
	}));

	same(found, { odd: [], handlers: 0 }, what);
	same(page.dialogs, [], `${what}: alert`);
}

async function look(page, what) {
	await quiet(page);
	await onlyText(page, what);
	await fits(page, what);
	await shot(page, `hostile-${what}`);
}

async function names(stage, laptop) {
	const page = await stage.open(laptop);

	page.dialogs = [];
	page.on('dialog', (asked) => {
		page.dialogs.push(asked.message());
		void asked.dismiss();
	});
	await page.getByRole('button', { name: IMAGE }).first().waitFor();
	await look(page, 'who');
	await enter(page, IMAGE);
	await quiet(page);
	const shown = (await page.locator('.cell-name').allTextContents()).join('\n');

	for (const text of [IMAGE, '<script>', TEMPLATE, EMOJI, ARABIC, '&lt;i&gt;'])
		show(shown.includes(text), `${text} is not shown as it is`, shown);
	await look(page, 'crew');
	await accessible(page, 'hostile names');
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await page.getByText(/\(8\/8\)/).waitFor();
	await look(page, 'crew-filled');
	await page.locator('.bar-crew').click();
	await look(page, 'crews');
	await page.keyboard.press('Escape');
	await closed(page);
	await written(page);
	for (const [name, file] of [
		['Compétences', 'skills'],
		['Mois', 'month'],
		['Envoi', 'send'],
	]) {
		await tab(page, name);
		await look(page, file);
	}
	await tab(page, 'Mois');
	await page.locator('.month-person').filter({ hasText: IMAGE }).click();
	await page.getByRole('button', { name: /Passer l’écran/ }).waitFor();
	await look(page, 'month-one');
	await page.getByRole('button', { name: 'Imprimer la feuille' }).click();
	await look(page, 'sheet');
	await page.goBack();
	await page.getByRole('button', { name: /Passer l’écran/ }).click();
	await page.getByRole('button', { name: 'Pas d’accord' }).waitFor();
	await look(page, 'signoff');
	ok('names that are markup are text on every screen');
	return page;
}

/* What a hand may type here: a note, an activity, a newcomer. */
async function written(page) {
	await cell(page, 'Attaque').or(cell(page, `${IMAGE} A.`)).first().click();
	const form = dialog(page);

	await look(page, 'half-day');
	await form.getByText(/Formation, chantier/).click();
	await form.getByLabel('Activité').fill(`taille ${IMAGE}`);
	await form.getByLabel('Note').fill(`${SCRIPT} ${TEMPLATE}`);
	await form.getByRole('button', { name: /^Enregistrer/ }).click();
	await closed(page);
	await page.getByRole('gridcell').getByText(`taille ${IMAGE}`).waitFor();
	await look(page, 'activity');
	await cell(page, `taille ${IMAGE}`).click();
	await form.getByText(SCRIPT).first().waitFor();
	await form.getByRole('button', { name: 'Historique' }).click();
	await form.getByText(TEMPLATE).first().waitFor();
	await look(page, 'history');
	await page.keyboard.press('Escape');
	await closed(page);
	await page.getByRole('button', { name: 'Plus', exact: true }).click();
	await form.getByRole('button', { name: /pas sur la liste/ }).click();
	await form.getByLabel('Prénom').fill(IMAGE);
	await form.getByRole('button', { name: 'Ajouter à l’équipe' }).click();
	await closed(page);
	await page.getByRole('gridcell').nth(8).waitFor();
	await look(page, 'newcomer');
}

async function refusedNames(stage, office) {
	for (const first of REFUSED) {
		const { status, out, err } = await importRows(stage, office, [
			'workers',
			'worker,structure,crew,first_name,last_name',
			[['H9', 'RIVES', 'VERTS', first, 'Retourné']],
		]);

		show(status !== 0, `${JSON.stringify(first)} was taken`, out, err);
	}
	ok('names that turn a line around are refused at the office');
}

/* A narrow screen holds the longest name too. */
async function narrow(stage, laptop) {
	const page = await stage.open(laptop, { size: SIZES.narrow });

	await page.getByRole('gridcell').first().waitFor();
	await fits(page, 'a long name at 320 px');
	await shot(page, 'hostile-narrow');
	ok('a name of a hundred letters fits in 320 px');
}

async function headers(laptop) {
	const { origin, hash } = new URL(laptop.url);
	const token = hash.slice('#t='.length);
	const page = await fetch(`${origin}/`);

	same(page.status, 200);
	same(page.headers.get('content-security-policy'), POLICY);
	for (const [name, value] of Object.entries({
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'no-referrer',
		'cross-origin-resource-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin',
	}))
		same(page.headers.get(name), value, name);
	for (const name of ['access-control-allow-origin', 'set-cookie', 'server'])
		same(page.headers.get(name), null, name);
	show(!(await page.text()).includes(token), 'the token is in the page');
	const answer = await fetch(`${origin}/api/session`, {
		headers: { Authorization: `Bearer ${token}` },
	});

	same(answer.status, 200);
	same(answer.headers.get('content-security-policy'), "default-src 'none'");
	same(answer.headers.get('cache-control'), 'no-store');
	same((await fetch(`${origin}/api/session`)).status, 403, 'without token');
	same(
		(
			await fetch(`${origin}/api/session`, {
				headers: { Authorization: `Bearer ${'0'.repeat(64)}` },
			})
		).status,
		403,
		'another token',
	);
	ok('the policy is exact, and nothing is answered without the token');
}

/* What a page of somebody else's may try, run there. */
async function attempts({ origin, token }) {
	const out = {};

	async function ask(name, url, options) {
		try {
			const answer = await fetch(url, options);
			const text = await answer.text();

			out[name] = answer.type === 'opaque' && text === '' ? 'nothing' : text;
		} catch (refused) {
			out[name] = 'nothing';
		}
	}

	function load(name, element, more) {
		return new Promise((resolve) => {
			const one = Object.assign(document.createElement(element), more);

			one.onload = () => resolve((out[name] = 'loaded'));
			one.onerror = () => resolve((out[name] = 'nothing'));
			document.body.append(one);
		});
	}

	const api = `${origin}/api`;
	const bearer = { Authorization: `Bearer ${token}` };
	const body = JSON.stringify({ worker: 'H1', slot: 'pm', time: '1h' });

	await ask('read', `${api}/crew`);
	await ask('read with token', `${api}/crew`, { headers: bearer });
	await ask('blind read', `${api}/crew`, { mode: 'no-cors' });
	await ask('the page', `${origin}/`);
	await ask('the page, blind', `${origin}/`, { mode: 'no-cors' });
	await ask('write', `${api}/hours/add`, { method: 'POST', body });
	await ask('write with token', `${api}/hours/add`, {
		method: 'POST',
		body,
		headers: { ...bearer, 'Content-Type': 'application/json' },
	});
	await ask('blind write', `${api}/hours/add`, {
		method: 'POST',
		mode: 'no-cors',
		body,
	});
	await load('script', 'script', { src: `${origin}/main.js`, type: 'module' });
	await load('image', 'img', { src: `${origin}/icon.svg` });
	await load('style', 'link', { href: `${origin}/main.css`, rel: 'stylesheet' });
	return out;
}

/* A page of another origin, in the same browser. */
async function stranger(stage, laptop) {
	const server = http.createServer((request, response) => {
		response.setHeader('Content-Type', 'text/html');
		response.end('<!doctype html><title>Ailleurs</title><body></body>');
	});

	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { origin, hash, host } = new URL(laptop.url);
	const context = await stage.browser.newContext();
	const page = await context.newPage();
	const before = await laptop.run('hours', 'list', '--json');

	try {
		await page.goto(`http://127.0.0.1:${server.address().port}/`);
		const token = hash.slice('#t='.length);
		const got = await page.evaluate(attempts, { origin, token });

		for (const [name, answer] of Object.entries(got))
			same(answer, 'nothing', name);
		/* Framed, the browser shows none of it. */
		await page.evaluate((url) => {
			const frame = document.createElement('iframe');

			frame.src = url;
			document.body.append(frame);
		}, laptop.url);
		const framed = await until(
			() =>
				page.frames().find(
					(one) => one !== page.mainFrame() && !['', 'about:blank'].includes(one.url()),
				),
			'a frame, of whatever',
		);

		show(!framed.url().includes(host), framed.url());
		/* A form needs no leave to be sent. */
		await page.evaluate((url) => {
			const form = document.createElement('form');

			form.method = 'post';
			form.action = url;
			form.enctype = 'text/plain';
			form.innerHTML =
				'<input name=\'{"worker":"H1","slot":"pm","time":"1h","x":"\' value=\'"}\'>';
			document.body.append(form);
			form.submit();
		}, `${origin}/api/hours/add`);
		await page.waitForURL(`${origin}/**`);
		show((await page.content()).includes('forbidden'), await page.content());
	} finally {
		server.close();
		await context.close();
	}
	same(await laptop.run('hours', 'list', '--json'), before, 'something was written');
	ok('a page of another origin reads nothing and writes nothing');
}

/* A name of the stranger's that leads here: DNS rebinding. */
async function rebinding(laptop) {
	const browser = await chromium.launch({
		executablePath: process.env.POINTEAU_CHROMIUM || '/usr/bin/chromium',
		args: [
			'--host-resolver-rules=MAP rebind.example 127.0.0.1',
			...(process.getuid() === 0 ? ['--no-sandbox'] : []),
		],
	});

	try {
		const page = await browser.newPage();
		const { port, hash } = new URL(laptop.url);

		for (const host of ['rebind.example', 'localhost']) {
			const url = `http://${host}:${port}`;
			const answer = await page.goto(`${url}/${hash}`);

			same(answer.status(), 421, host);
			const status = await page.evaluate(async (token) => {
				const asked = await fetch('/api/crew', {
					headers: { Authorization: `Bearer ${token}` },
				}).catch(() => null);

				return asked ? asked.status : 0;
			}, hash.slice('#t='.length));

			show([0, 421].includes(status), `${host}: ${status}`);
		}
	} finally {
		await browser.close();
	}
	ok('by any other name, even one that leads here, it does not answer');
}

async function withoutToken(stage, laptop) {
	const context = await stage.browser.newContext({
		viewport: SIZES.laptop,
		locale: 'fr-FR',
	});
	const page = await context.newPage();

	await page.goto(new URL(laptop.url).origin);
	await page.getByText(/./).first().waitFor();
	await page.waitForLoadState('networkidle');
	await shot(page, 'hostile-no-token');
	same(await page.getByRole('gridcell').count(), 0);
	show(!(await page.content()).includes('Attaque'), 'a name without token');
	const said = (await page.locator('body').innerText()).trim();

	show(said.length > 20, 'nothing is explained', said);
	await context.close();
	ok('without the launch’s token the page holds nobody, and says so');
}

async function nothingKept(page) {
	const kept = await page.evaluate(async () => ({
		local: localStorage.length,
		session: sessionStorage.length,
		cookies: document.cookie,
		databases: (await indexedDB.databases()).length,
		caches: (await caches.keys()).length,
		workers: (await navigator.serviceWorker.getRegistrations()).length,
	}));

	same(kept, {
		local: 0,
		session: 0,
		cookies: '',
		databases: 0,
		caches: 0,
		workers: 0,
	});
	same(await page.context().cookies(), []);
	ok('the browser keeps nothing');
}

await play(async (stage) => {
	const office = await hostileOffice(stage);
	const laptop = await stage.laptop('berges', office);
	const page = await names(stage, laptop);

	await nothingKept(page);
	await narrow(stage, laptop);
	await headers(laptop);
	await stranger(stage, laptop);
	await rebinding(laptop);
	await withoutToken(stage, laptop);
	await refusedNames(stage, office);
});
