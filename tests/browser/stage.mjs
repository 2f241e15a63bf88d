/*
 * The stage of the plays in a real browser: the real office on loopback, real
 * laptops, `pointeau run`, and Debian's Chromium driven by playwright-core.
 *
 *	await play(async (stage) => {
 *		const office = await stage.office();
 *		const laptop = await stage.laptop('berges', office);
 *		const page = await stage.open(laptop);
 *		…
 *		ok('what was shown to hold');
 *	});
 *
 * Whatever is started here ends here, by its process number. Environment:
 * POINTEAU_BIN (the build), POINTEAU_SHOTS (a directory: screenshots go there),
 * POINTEAU_CHROMIUM (another browser's path), POINTEAU_WEB_DIR (the office's
 * page from there instead of from the program), POINTEAU_DELAY (milliseconds:
 * each call waits up to as long, so that a play that looks too early is found).
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/* run.sh plays from another place. */
export const ROOT =
	process.env.POINTEAU_ROOT ||
	path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BIN = path.resolve(process.env.POINTEAU_BIN || path.join(ROOT, 'build'));
const SHOTS = process.env.POINTEAU_SHOTS;
const DELAY_MS = Number(process.env.POINTEAU_DELAY ?? 0);
const WEB_DIR = process.env.POINTEAU_WEB_DIR;
const CHROMIUM = process.env.POINTEAU_CHROMIUM || '/usr/bin/chromium';
const CAST = path.join(ROOT, 'tests/demo');
const AXE = fs.readFileSync(
	path.join(path.dirname(fileURLToPath(import.meta.resolve('axe-core'))), 'axe.min.js'),
	'utf8',
);

/* Longer than anything takes but a program that hangs. */
const WAIT_MS = 120000;

/* The screens the page is made for: a supervisor's old laptop first. */
export const SIZES = {
	laptop: { width: 1024, height: 600 },
	wide: { width: 1366, height: 768 },
	phone: { width: 390, height: 844 },
	narrow: { width: 320, height: 640 },
};

export class Wrong extends Error {}

let passed = 0;

export function ok(text) {
	passed += 1;
	console.log(`ok ${passed} - ${text}`);
}

export function show(right, ...what) {
	if (!right)
		throw new Wrong(what.map((one) => String(one)).join('\n'));
}

export function same(found, wanted, what = '') {
	const left = JSON.stringify(found);
	const right = JSON.stringify(wanted);

	show(left === right, what, `found ${left}`, `wanted ${right}`);
}

/* Wait until ${look} gives something true; what it gave. */
export async function until(look, what) {
	const end = Date.now() + WAIT_MS;

	for (;;) {
		const found = await look();

		if (found)
			return found;
		show(Date.now() < end, `never: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/* The focus follows what is drawn: wait until ${look}, run in the page on its
 * active element, gives ${wanted}. */
export async function focusIs(page, look, wanted, what = 'where the focus is') {
	let at;

	await until(async () => {
		at = await page.evaluate(`(${look})(document.activeElement)`);
		return at === wanted;
	}, `${what}: ${wanted}`);
}

/* No answer is awaited, and what the last one asked for has been drawn. */
export async function quiet(page) {
	let asked;

	await until(async () => {
		for (let look = 0; look < 2; look += 1) {
			asked = [...page.awaited].map((request) => request.url());
			if (asked.length > 0)
				return false;
			await page.evaluate(
				() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))),
			);
		}
		return page.awaited.size === 0;
	}, 'quiet').catch((wrong) => show(false, wrong.message, asked));
}

/* ${locator} finds ${wanted}, once all that was asked for is drawn. What must
 * never be shown is counted at once, by same. */
export async function countIs(locator, wanted, what = 'how many') {
	await quiet(locator.page());
	same(await locator.count(), wanted, what);
}

/* Some calls wait longer than the next: what a play must not depend on. */
async function delayed(context) {
	if (DELAY_MS > 0)
		await context.route('**/api/**', async (route) => {
			await new Promise((resolve) => setTimeout(resolve, Math.random() * DELAY_MS));
			await route.continue().catch(() => {});
		});
}

function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();

		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

/* A program on a directory of its own. */
class Person {
	constructor(stage, program, name) {
		this.stage = stage;
		this.program = program;
		this.name = name;
		this.data = path.join(stage.path, name);
		this.process = null;
	}

	spawn(words) {
		const child = spawn(
			path.join(BIN, this.program),
			[...words, '--data', this.data],
			{ stdio: ['ignore', 'pipe', 'pipe'], env: this.stage.environment },
		);

		child.said = '';
		child.complained = '';
		child.stdout.on('data', (piece) => (child.said += piece));
		child.stderr.on('data', (piece) => (child.complained += piece));
		child.ended = new Promise((resolve) => {
			child.on('close', (code, signal) => resolve(code ?? signal));
			child.on('error', (wrong) => resolve(wrong.code));
		});
		this.stage.processes.push(child);
		return child;
	}

	/* {status, out, err}, whatever the status. */
	async attempt(...words) {
		const child = this.spawn(words);
		const timer = setTimeout(() => child.kill('SIGKILL'), WAIT_MS);
		const status = await child.ended;

		clearTimeout(timer);
		return { status, out: child.said, err: child.complained };
	}

	/* It must succeed; with --json, its answer. */
	async run(...words) {
		const { status, out, err } = await this.attempt(...words);

		show(status === 0, `${this.name} ${words.join(' ')} → ${status}`, out, err);
		return words.includes('--json') ? JSON.parse(out) : out;
	}

	/* Begin something that lasts; its first line, which is JSON. */
	async begin(...words) {
		const child = this.spawn(words);
		const lines = readline.createInterface({ input: child.stdout });
		const line = await Promise.race([
			new Promise((resolve) => lines.once('line', resolve)),
			child.ended.then(() => null),
		]);

		show(line, `${this.name} ${words.join(' ')} does not start`, child.complained);
		this.process = child;
		return JSON.parse(line);
	}

	async stop(signal = 'SIGTERM') {
		const child = this.process;

		this.process = null;
		child.kill(signal);
		return await child.ended;
	}
}

class Office extends Person {
	constructor(stage, name) {
		super(stage, 'pointeau-server', name);
	}

	async make(bare) {
		this.port = await freePort();
		await this.run('init', '--url', `https://127.0.0.1:${this.port}`);
		if (bare)
			return this;
		for (const what of ['structures', 'sites', 'crews', 'supervisors', 'workers'])
			await this.run('import', what, path.join(CAST, `${what}.csv`));
		await this.run(
			'import',
			'skills',
			path.join(ROOT, 'server/catalogue/starter.csv'),
		);
		return this;
	}

	/* ${setup}: the link of a first account, while there is none. */
	async start(...words) {
		if (WEB_DIR)
			words.push('--web-dir', WEB_DIR);
		this.setup = (await this.begin('serve', '--json', ...words)).setup;
		return this;
	}

	async code(crew = 'VERTS') {
		return (await this.run('device', 'code', '--crew', crew, '--json')).code;
	}
}

class Laptop extends Person {
	constructor(stage, name) {
		super(stage, 'pointeau', name);
		this.url = '';
	}

	/* The page's address, with the launch's token. */
	async serve(...words) {
		this.url = (await this.begin('run', '--json', ...words)).url;
		return this.url;
	}
}

class Stage {
	constructor() {
		this.path = fs.mkdtempSync(path.join(os.tmpdir(), 'pointeau-play-'));
		this.processes = [];
		this.browser = null;
		this.pages = [];
		this.environment = { ...process.env, LANG: 'fr_FR.UTF-8' };
		for (const name of ['LC_ALL', 'LC_MESSAGES', 'LANGUAGE', 'DISPLAY'])
			delete this.environment[name];
	}

	/* A new office with the demo's lists, with none if ${bare}. ${asleep}: not
	 * serving yet. */
	async office({ name = 'bureau', asleep = false, bare = false } = {}) {
		const office = await new Office(this, name).make(bare);

		return asleep ? office : await office.start();
	}

	/* A laptop, enrolled and synced once. */
	async laptop(name, office, crew = 'VERTS') {
		const laptop = new Laptop(this, name);

		await laptop.run('enrol', await office.code(crew), '--name', name);
		await laptop.run('sync');
		return laptop;
	}

	newLaptop(name) {
		return new Laptop(this, name);
	}

	/*
	 * A page on the laptop's address, in a browser of its own: nothing is
	 * kept from one to the next. Its own errors, and any request that leaves
	 * the laptop, are faults.
	 */
	async open(laptop, { size = SIZES.laptop, locale = 'fr-FR', ...more } = {}) {
		if (!laptop.process)
			await laptop.serve();
		this.browser ??= await chromium.launch({
			executablePath: CHROMIUM,
			args: process.getuid() === 0 ? ['--no-sandbox'] : [],
		});
		const context = await this.browser.newContext({
			viewport: size,
			locale,
			...more,
		});
		await delayed(context);

		const page = await context.newPage();
		const origin = new URL(laptop.url).origin;

		page.faults = [];
		page.on('pageerror', (error) => page.faults.push(String(error)));
		page.on('console', (said) => {
			/* A refused call is told by the page itself. */
			if (said.type() === 'error' && !said.text().startsWith('Failed to load'))
				page.faults.push(said.text());
		});
		page.awaited = new Set();
		page.on('requestfinished', (request) => page.awaited.delete(request));
		page.on('requestfailed', (request) => page.awaited.delete(request));
		page.on('request', (request) => {
			/* What the former document asked for is not told of any more. */
			if (request.isNavigationRequest())
				page.awaited.clear();
			if (request.resourceType() === 'fetch')
				page.awaited.add(request);
			if (!request.url().startsWith(origin))
				page.faults.push(`asked ${request.url()}`);
		});
		page.setDefaultTimeout(WAIT_MS / 4);
		await page.goto(laptop.url);
		this.pages.push(page);
		return page;
	}

	async end() {
		await this.browser?.close();
		for (const child of this.processes) {
			if (child.exitCode === null && child.signalCode === null)
				child.kill('SIGKILL');
			await child.ended;
		}
		fs.rmSync(this.path, { recursive: true, force: true });
	}
}

/*
 * Enter as the supervisor called ${name}, who chooses or gives a PIN. A launch
 * has one session: another window may be in already.
 */
export async function enter(page, name, pin = '2580') {
	const choice = page.getByRole('button', { name }).first();

	await choice.or(page.getByRole('navigation')).first().waitFor();
	if (await page.getByRole('navigation').isVisible())
		return;
	await choice.click();
	for (const field of await page.locator('input[inputmode="numeric"]').all())
		await field.fill(pin);
	await page.locator('input[inputmode="numeric"]').last().press('Enter');
	await page.getByRole('navigation').waitFor();
}

/* Nothing that axe-core finds wrong (WCAG 2.2 AA and its best practices). */
export async function accessible(page, what) {
	await page.evaluate(AXE);
	/* A colour halfway through its transition is nobody's to judge; what goes
	 * on without end (grey lines) is not waited for. */
	await page.evaluate(
		async () =>
			await Promise.allSettled(
				document
					.getAnimations()
					.filter(
						(one) =>
							one.effect.getComputedTiming().endTime !== Infinity,
					)
					.map((one) => one.finished),
			),
	);
	const found = await page.evaluate(
		async () =>
			await globalThis.axe.run(document, {
				runOnly: [
					'wcag2a',
					'wcag2aa',
					'wcag21a',
					'wcag21aa',
					'wcag22aa',
					'best-practice',
				],
			}),
	);

	await unspelled(page, what);
	same(
		found.violations.map((one) => [
			one.id,
			one.nodes.map((node) => node.html.slice(0, 200)),
		]),
		[],
		`${what}: axe`,
	);
}

/* What names or proves a person is neither corrected nor sent to a speller. */
async function unspelled(page, what) {
	const wrong = await page.evaluate(() => {
		const secret =
			'input[type=password], input[name=login], input[name=password], ' +
			'input[name=totp], [autocomplete=one-time-code]';

		return [...document.querySelectorAll(secret)]
			.filter(
				(one) =>
					one.getAttribute('spellcheck') !== 'false' ||
					!/^(none|off)$/.test(one.getAttribute('autocapitalize')),
			)
			.map((one) => one.outerHTML.slice(0, 200));
	});

	same(wrong, [], `${what}: checked by a speller`);
}

/* No sideways scrolling, whatever the width; and where the screen scrolls
 * within its frame, the document does not scroll away with the frame. */
export async function fits(page, what) {
	const { inside, width, tall, height, framed } = await page.evaluate(() => {
		const whole = document.documentElement;
		const main = document.querySelector('.frame > .frame-main');

		return {
			inside: whole.scrollWidth,
			width: whole.clientWidth,
			tall: whole.scrollHeight,
			height: whole.clientHeight,
			framed: main && getComputedStyle(main).overflowY === 'auto',
		};
	});

	show(inside <= width, `${what}: ${inside} px in ${width}`);
	show(!framed || tall <= height, `${what}: ${tall} px high in ${height}`);
}

/* Buttons and fields that are shown: large enough for fingers in gloves. */
export async function targets(page, what, least = 56) {
	const small = await page.evaluate((wanted) => {
		const out = [];

		for (const one of document.querySelectorAll(
			'button, input:not([type=checkbox]):not([type=radio]), select, summary',
		)) {
			const box = one.getBoundingClientRect();

			if (
				box.width > 1 &&
				one.checkVisibility() &&
				(box.height < wanted - 0.5 || box.width < wanted - 0.5)
			)
				out.push(`${one.outerHTML.slice(0, 120)} ${box.width}×${box.height}`);
		}
		return out;
	}, least);

	same(small, [], `${what}: targets`);
}

export async function shot(page, name) {
	if (!SHOTS)
		return;
	fs.mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/* Run ${act} on a stage and end with the status of the play. */
export async function play(act) {
	const stage = new Stage();
	let status = 0;

	process.once('SIGTERM', () => void stage.end().then(() => process.exit(130)));
	try {
		await act(stage);
		for (const page of stage.pages)
			same(page.faults, [], 'the page itself');
	} catch (wrong) {
		status = 1;
		console.log(`not ok - ${String(wrong.stack || wrong).replace(/\n/g, '\n# ')}`);
		for (const [i, page] of stage.pages.entries()) {
			await shot(page, `wrong-${i}`).catch(() => {});
			console.log(`# page ${i}: ${JSON.stringify(page.faults)}`);
		}
	}
	await stage.end();
	process.exitCode = status;
}
