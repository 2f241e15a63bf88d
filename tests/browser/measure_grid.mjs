/*
 * How the grid carries a large structure: not a test, a measure, by hand:
 *
 *	tests/browser/run.sh measure_grid.mjs
 *
 * A month of $WORKERS workers (500) is made by big_month.py, which takes two
 * minutes; then it says how long the grid takes to show, how it scrolls and
 * how it answers a key.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT, play, show } from './stage.mjs';
import { member, place } from './office.mjs';

const WORKERS = process.env.WORKERS || '500';
const BIN = path.resolve(process.env.POINTEAU_BIN || path.join(ROOT, 'build'));
const GRID = '#/grid/2026-11?s=GRANDE';

function middle(all) {
	return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
}

/* Milliseconds from an address to the first cells on the screen. */
async function paint(page) {
	await place(page, '#/home');
	return await page.evaluate(
		(wanted) =>
			new Promise((resolve) => {
				const start = performance.now();
				const look = () => {
					if (document.querySelector('.grid-cell'))
						requestAnimationFrame(() =>
							resolve(performance.now() - start),
						);
					else
						requestAnimationFrame(look);
				};

				location.hash = wanted;
				requestAnimationFrame(look);
			}),
		GRID,
	);
}

/* How long each frame lasts while it scrolls from end to end. */
async function scroll(page) {
	return await page.evaluate(
		() =>
			new Promise((resolve) => {
				const box = document.querySelector('.grid-box');
				const times = [];
				let last = 0;
				const step = (now) => {
					if (last)
						times.push(now - last);
					last = now;
					box.scrollTop += 155;
					if (times.length < 200)
						requestAnimationFrame(step);
					else
						resolve(times);
				};

				requestAnimationFrame(step);
			}),
	);
}

/* From the key to the cell that has the focus, painted. */
async function keys(page) {
	await page.evaluate(() => {
		document.querySelector('.grid-box').scrollTop = 0;
	});
	await page.locator('[data-cell="3 3 0"]').focus();
	return await page.evaluate(async () => {
		const times = [];

		for (let i = 0; i < 40; i++) {
			const start = performance.now();

			document.activeElement.dispatchEvent(
				new KeyboardEvent('keydown', {
					key: i % 2 ? 'ArrowDown' : 'ArrowRight',
					bubbles: true,
					cancelable: true,
				}),
			);
			await new Promise((resolve) => requestAnimationFrame(resolve));
			times.push(performance.now() - start);
		}
		return times;
	});
}

await play(async (stage) => {
	const office = await stage.office({ bare: true, asleep: true });
	const made = spawnSync(
		'python3',
		[
			path.join(ROOT, 'tests/browser/big_month.py'),
			BIN,
			office.data,
			WORKERS,
		],
		{ stdio: 'inherit' },
	);

	show(made.status === 0, 'big_month.py');
	await office.start();
	const { page } = await member(stage, office, 'direction');

	page.on('response', async (answer) => {
		if (answer.url().includes('/api/grid'))
			console.log(
				`# GET grid: ${(await answer.body()).length} bytes,`,
				`${Math.round(answer.request().timing().responseEnd)} ms`,
			);
	});
	const paints = [];

	for (let i = 0; i < 5; i++)
		paints.push(await paint(page));
	console.log(`# shown after ${paints.map(Math.round).join(', ')} ms`);
	const frames = await scroll(page);

	console.log(
		`# scrolling: median frame ${middle(frames).toFixed(1)} ms,`,
		`longest ${Math.max(...frames).toFixed(1)} ms,`,
		`over 33 ms: ${frames.filter((one) => one > 33.4).length} of ${frames.length}`,
	);
	const pressed = await keys(page);

	console.log(
		`# a key: median ${middle(pressed).toFixed(1)} ms,`,
		`longest ${Math.max(...pressed).toFixed(1)} ms`,
	);
	console.log(`# cells in the page: ${await page.locator('.grid-cell').count()}`);
});
