/*
 * A whole day of a crew of twelve without network, as it happens: yesterday's
 * hours again, exceptions, rain, a newcomer, an accident, a colleague's crew.
 * The play keeps its own book of what it meant; laptop and office must agree.
 */
import { accessible, enter, ok, play, same, shot, show, until } from './stage.mjs';
import { addDays, cell, closed, dialog, half, pill, statusOf, tab } from './parts.mjs';

const HALF = 210;
const PAID = ['work', 'paid_leave'];

/* What was meant, by "worker day slot": [minutes, kind, site, activity]. */
const book = new Map();

function mean(worker, day, slot, minutes, kind = 'work', site = 'SAULNETTE', activity = '') {
	book.set(`${worker} ${day} ${slot}`, [minutes, kind, site, activity]);
}

const verts = Array.from({ length: 12 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`);
const bat = Array.from({ length: 12 }, (_, i) => `B${String(i + 1).padStart(2, '0')}`);

function months() {
	return [...new Set([...book.keys()].map((key) => key.split(' ')[1].slice(0, 7)))];
}

/* Where nothing was done there is no place. */
function told(minutes, kind, site, activity) {
	return kind === 'work' ? [minutes, kind, site, activity] : [minutes, kind];
}

async function agrees(laptop, what) {
	const rows = [];

	for (const month of months())
		rows.push(...(await laptop.run('hours', 'list', '--month', month, '--json')).rows);
	const found = rows
		.filter((row) => row.state !== 'void')
		.map((row) =>
			[
				`${row.worker} ${row.day} ${row.slot}`,
				row.state,
				...told(row.minutes, row.kind, row.site, row.activity),
			].join(),
		);
	const meant = [...book].map(([key, value]) =>
		[key, 'merged', ...told(...value)].join(),
	);

	same(
		{
			tooMuch: found.filter((one) => !meant.includes(one)),
			missing: meant.filter((one) => !found.includes(one)),
			count: found.length,
		},
		{ tooMuch: [], missing: [], count: meant.length },
		what,
	);
}

/* {worker: [payable minutes, {kind: minutes}]} of a month of the book. */
function sumOf(month) {
	const sums = {};

	for (const [key, [minutes, kind]] of book) {
		const [worker, day] = key.split(' ');

		if (!day.startsWith(month))
			continue;
		sums[worker] ??= [0, {}];
		sums[worker][0] += PAID.includes(kind) ? minutes : 0;
		sums[worker][1][kind] = (sums[worker][1][kind] || 0) + minutes;
	}
	return sums;
}

function inOrder(sums) {
	return Object.keys(sums)
		.sort()
		.map((worker) => [
			worker,
			sums[worker][0],
			Object.entries(sums[worker][1]).sort(),
		]);
}

async function plannedBefore(laptop, day) {
	for (let one = addDays(day, -1); ; one = addDays(one, -1)) {
		const { crews } = await laptop.run('crew', '--day', one, '--json');

		if (crews.find((crew) => crew.crew === 'VERTS').planned)
			return one;
	}
}

/* The day before: two exceptions, and three forgotten in the afternoon. */
async function dayBefore(laptop, day) {
	const note = (worker, slot, ...words) =>
		laptop.run('hours', 'add', '--worker', worker, '--day', day, '--slot', slot, ...words);

	await note('V03', 'am', '--kind', 'maladie');
	await note('V06', 'am', '--time', '2h30', '--activity', 'taille de haies');
	await laptop.run('hours', 'fill', '--crew', 'VERTS', '--day', day, '--slot', 'am');
	for (const worker of verts)
		mean(worker, day, 'am', HALF);
	mean('V03', day, 'am', 0, 'sick');
	mean('V06', day, 'am', 150, 'work', 'SAULNETTE', 'taille de haies');
	for (const worker of verts.slice(0, 9)) {
		await note(worker, 'pm', '--time', '3h30');
		mean(worker, day, 'pm', HALF);
	}
}

function finish(page, word, n) {
	return page.getByRole('button', { name: `Terminer ${word} (${n}/${n})` });
}

async function morning(page, laptop, day) {
	await half(page, 'Matin');
	await page.getByRole('button', { name: 'Comme hier' }).click();
	await finish(page, 'le matin', 12).waitFor();
	for (const worker of verts)
		mean(worker, day, 'am', HALF);
	mean('V03', day, 'am', 0, 'sick');
	mean('V06', day, 'am', 150, 'work', 'SAULNETTE', 'taille de haies');
	await agrees(laptop, 'like yesterday');
	await shot(page, 'day-like-yesterday');
	ok('“Comme hier”: the same exceptions as the day before');

	await cell(page, 'Fatou Dia.').click();
	for (let i = 0; i < 2; i++)
		await page.getByRole('button', { name: '15 min de moins' }).click();
	await page.getByRole('button', { name: /^Enregistrer.*3 h$/ }).click();
	await closed(page);
	mean('V01', day, 'am', 180);
	await cell(page, 'Fatou Dio.').click();
	await page.getByRole('button', { name: '15 min de plus' }).click();
	await page.getByRole('button', { name: /^Enregistrer.*3 h 45$/ }).click();
	await closed(page);
	mean('V02', day, 'am', 225);
	await cell(page, 'Jean-Pierre M.').click();
	await page.getByRole('button', { name: 'Absence autorisée' }).click();
	await closed(page);
	mean('V04', day, 'am', 0, 'absence_authorised');
	await agrees(laptop, 'exceptions');
	ok('quarters of an hour and motives');

	await cell(page, 'Łucja N.').click();
	const form = dialog(page);

	await form.getByText(/Formation, chantier/).click();
	await form.getByLabel('Chantier', { exact: true }).selectOption('TILLEULS');
	await form.getByLabel('Activité').fill('plantation');
	await form.getByLabel(/^Pause/).selectOption('15');
	await form.getByLabel('Note').fill('livraison en retard');
	await shot(page, 'day-details');
	await accessible(page, 'the details of a half-day');
	await form.getByRole('button', { name: /^Enregistrer/ }).click();
	await closed(page);
	mean('V05', day, 'am', HALF, 'work', 'TILLEULS', 'plantation');
	await page.getByRole('gridcell').filter({ hasText: 'plantation' }).waitFor();
	const { rows } = await laptop.run(
		'hours', 'history', '--worker', 'V05', '--day', day, '--slot', 'am', '--json',
	);

	same(rows.at(-1).note, 'livraison en retard');
	ok('site, activity, break and note of one person');

	await cell(page, 'Tesfaye G.').click();
	await form.getByRole('button', { name: 'Deux chantiers' }).click();
	await form.getByLabel('Chantier', { exact: true }).nth(1).selectOption('GARE');
	await shot(page, 'day-split');
	await accessible(page, 'two sites');
	await form.getByRole('button', { name: 'Enregistrer les deux' }).click();
	await closed(page);
	mean('V07', day, 'am', 105);
	mean('V07', day, 'x1', 105, 'work', 'GARE');
	await agrees(laptop, 'two sites');
	ok('a half-day over two sites is one act');
	await finish(page, 'le matin', 12).click();
	await page.getByText('Matin terminé (12/12)').waitFor();
}

async function newcomer(page, laptop) {
	await page.getByRole('button', { name: 'Plus', exact: true }).click();
	await dialog(page).getByRole('button', { name: /pas sur la liste/ }).click();
	await dialog(page).getByLabel('Prénom').fill('Soraya');
	await dialog(page).getByLabel(/^Initiale/).fill('B');
	await shot(page, 'day-newcomer');
	await accessible(page, 'a newcomer');
	await dialog(page).getByRole('button', { name: 'Ajouter à l’équipe' }).click();
	await closed(page);
	await cell(page, 'Soraya B.').waitFor();
	const { rows } = await laptop.run('newcomer', 'list', '--json');

	same(rows.length, 1);
	ok('somebody who is on no list is in the crew at once');
	const { crews } = await laptop.run('crew', '--json');

	return crews.flatMap((crew) => crew.workers).find((one) => one.newcomer).worker;
}

async function afternoon(page, laptop, day) {
	await half(page, 'Après-midi');
	/* Meant for Ngọc Lan, tapped on Marie-Thérèse. */
	await cell(page, 'Marie-Thérèse P.').click();
	await dialog(page).getByRole('button', { name: '3 h 30', exact: true }).click();
	await closed(page);
	await cell(page, 'Marie-Thérèse P.').click();
	await dialog(page).getByRole('button', { name: 'Déplacer' }).click();
	await dialog(page).getByLabel('À qui').selectOption('V09');
	await shot(page, 'day-move');
	await accessible(page, 'moving an entry');
	await dialog(page).getByRole('button', { name: 'Déplacer' }).click();
	await closed(page);
	mean('V09', day, 'pm', HALF);
	await agrees(laptop, 'moved');
	ok('what was on the wrong worker is on the right one, in one act');

	await cell(page, 'Kévin D.').click();
	await page.getByRole('button', { name: 'Congés payés' }).or(
		page.getByRole('button', { name: /Congé/ }),
	).first().click();
	await closed(page);
	/* Paid, and therefore as long as the half-day would have been. */
	mean('V12', day, 'pm', HALF, 'paid_leave');
	const soraya = await newcomer(page, laptop);

	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await finish(page, 'l’après-midi', 13).waitFor();
	for (const worker of [...verts.slice(0, 11), soraya])
		mean(worker, day, 'pm', HALF);
	await agrees(laptop, 'filled');

	await page.getByRole('button', { name: 'Plus', exact: true }).click();
	await dialog(page).getByRole('button', { name: 'Arrêt pour intempéries' }).click();
	await dialog(page).getByLabel(/^Heure de l’arrêt/).fill('15h');
	await shot(page, 'day-weather');
	await accessible(page, 'a weather stop');
	await dialog(page).getByRole('button', { name: /Arrêter le travail/ }).click();
	await closed(page);
	for (const worker of [...verts.slice(0, 11), soraya]) {
		mean(worker, day, 'pm', 120);
		mean(worker, day, worker === 'V07' ? 'x2' : 'x1', 90, 'bad_weather');
	}
	await agrees(laptop, 'rain');
	await shot(page, 'day-rain');
	ok('rain stops everyone who is there, and nobody who is not');

	await cell(page, 'Ibrahim A.').click();
	await dialog(page).getByRole('button', { name: 'Accident' }).click();
	await dialog(page).getByLabel('Heure de l’accident').fill('1420');
	await dialog(page)
		.getByLabel('Ce qui s’est passé')
		.fill('glissade sur le talus, vue par Łucja');
	await shot(page, 'day-accident');
	await accessible(page, 'an accident');
	await dialog(page).getByRole('button', { name: 'Noter l’accident' }).click();
	await dialog(page).getByText('L’employeur doit le déclarer avant').waitFor();
	await shot(page, 'day-deadline');
	await accessible(page, 'the deadline');
	/* Two days later, Sundays and holidays apart, at the same hour. */
	show(
		/14:20/.test(await dialog(page).textContent()),
		'no deadline',
		await dialog(page).textContent(),
	);
	await page.getByRole('button', { name: 'J’ai lu' }).click();
	await closed(page);
	mean('V10', day, 'x2', 0, 'accident');
	await agrees(laptop, 'the accident');
	ok('an accident is noted, and its deadline stays until it was read');
	await finish(page, 'l’après-midi', 13).click();
	await page.getByText('Après-midi terminé (13/13)').waitFor();
	/* Who came at noon has no answer for the morning yet. */
	await half(page, 'Matin');
	await page.getByRole('button', { name: 'Terminer le matin (12/13)' }).waitFor();
	await cell(page, 'Soraya B.').click();
	await dialog(page).getByRole('button', { name: '1 h 30', exact: true }).click();
	await closed(page);
	mean(soraya, day, 'am', 90);
	await page.getByText('Matin terminé (13/13)').waitFor();
	/* The afternoon's rain does not fall on those who were ill then. */
	await cell(page, 'Oleksandr T.').getByText('Maladie').waitFor();
	same(await cell(page, 'Oleksandr T.').getByText('intempéries').count(), 0);
	await agrees(laptop, 'finished');
	const { crews } = await laptop.run('crew', '--json');

	same(crews.find((one) => one.crew === 'VERTS').finished, { am: true, pm: true });
	ok('both half-days are finished, with an answer for everyone');
}

async function otherDays(page, laptop, before) {
	const gap = page.locator('.gaps');

	await gap.getByText(/après-midi.*3 sans saisie/).waitFor();
	await gap.click();
	await page.getByText('jour passé').waitFor();
	await finish(page, 'l’après-midi', 12).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: /\(9\/12\)/ }).waitFor();
	await shot(page, 'day-gap');
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await finish(page, 'l’après-midi', 12).waitFor();
	for (const worker of verts.slice(9))
		mean(worker, before, 'pm', HALF);
	await agrees(laptop, 'the gap');
	await page.locator('.gaps').waitFor({ state: 'detached' });
	ok('the strip leads to what was left blank, and goes once it is filled');

	const early = addDays(before, -9);

	await page.locator('.bar-day').click();
	await dialog(page).getByLabel('Un autre jour').fill(early);
	await shot(page, 'day-picker');
	await dialog(page).getByRole('button', { name: 'Voir ce jour' }).click();
	await closed(page);
	await half(page, 'Matin');
	await cell(page, 'Ayşe D.').click();
	await dialog(page).getByRole('button', { name: '2 h', exact: true }).click();
	await closed(page);
	mean('V06', early, 'am', 120);
	await agrees(laptop, 'another day');
	ok('any other day by its date');
}

async function colleague(page, laptop, day) {
	await page.locator('.bar-day').click();
	await dialog(page).getByRole('button', { name: /^Aujourd’hui/ }).click();
	await closed(page);
	await page.locator('.bar-crew').click();
	await shot(page, 'day-crews');
	await accessible(page, 'another crew');
	await dialog(page).getByRole('button', { name: /Second œuvre/ }).click();
	await closed(page);
	await cell(page, 'Moussa T.').waitFor();
	await page.getByRole('button', { name: /Toute l’équipe présente/ }).click();
	await finish(page, 'le matin', 12).waitFor();
	for (const worker of bat)
		mean(worker, day, 'am', HALF, 'work', 'NOYERS');
	await agrees(laptop, 'a colleague’s crew');
	const { rows } = await laptop.run('hours', 'list', '--month', day.slice(0, 7), '--json');

	const ofBat = rows.filter((row) => bat.includes(row.worker));

	same([...new Set(ofBat.map((row) => row.person))], ['ENC-01']);
	ok('a colleague’s crew, in one’s own name');
}

async function received(page, laptop, office) {
	const before = await laptop.run('status', '--json');

	same(before.received, 0);
	await until(async () => (await pill(page)) === before.kept + before.sent, 'the pill');
	await tab(page, 'Envoi');
	await shot(page, 'day-before-sending');
	await office.start();
	await page.getByRole('button', { name: /Envoyer maintenant/ }).click();
	const now = await statusOf(laptop, (one) => one.kept + one.sent === 0, 'received');

	same([now.received, now.quarantined], [before.kept + before.sent, 0]);
	await until(async () => (await pill(page)) === 0, 'the pill at 0');
	await page.getByText('Le bureau a tout reçu.').waitFor();
	await shot(page, 'day-received');
	for (const month of months()) {
		const { rows } = await office.run('report', 'month', month, '--by', 'worker', '--json');

		same(
			inOrder(
				Object.fromEntries(
					rows.map((row) => [row.worker, [row.minutes, row.kinds]]),
				),
			),
			inOrder(sumOf(month)),
			`the office's ${month}`,
		);
	}
	ok('the office counts what the play’s own book counts, to the minute');
}

await play(async (stage) => {
	const office = await stage.office();
	const laptop = await stage.laptop('berges', office, 'VERTS,BAT');
	const day = (await laptop.run('crew', '--json')).day;
	const before = await plannedBefore(laptop, day);

	await office.stop();
	await dayBefore(laptop, before);
	const page = await stage.open(laptop);

	await enter(page, /Maëlle/);
	await cell(page, 'Kévin D.').waitFor();
	await morning(page, laptop, day);
	await afternoon(page, laptop, day);
	await otherDays(page, laptop, before);
	await colleague(page, laptop, day);
	await received(page, laptop, office);
});
