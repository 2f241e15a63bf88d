/*
 * A month's way through the office's page: from home to closed in few clicks,
 * what comes late, what is declared, and two people who reopen it: asked, taken
 * back, declined, confirmed, also in spite of what is missing.
 */
import fs from 'node:fs';
import path from 'node:path';

import { ok, play, same, shot, show, until } from './stage.mjs';
import { everywhere, member, place, settled } from './office.mjs';

const MONTH = '2026-10';

const FILES = {
	structures: `structure;name;kind;siret
RIVES;Chantier d'insertion Rives et Jardins;ACI;04120768900013
REMPARTS;Entreprise d'insertion Remparts Rénovation;EI;04120768900021
`,
	sites: `site;structure;name;sector
SAULNETTE;RIVES;Berges;espaces_verts
NOYERS;REMPARTS;Résidence;batiment
`,
	crews: `crew;structure;name;site;am;pm;days
VERTS;RIVES;Espaces verts;SAULNETTE;8h-11h30;13h-16h30;lun-ven
BAT;REMPARTS;Bâtiment;NOYERS;8h-11h30;13h-16h30;lun-ven
`,
	supervisors: `supervisor;structure;crew;first_name;last_name
ENC-01;RIVES;VERTS;Maëlle;Le Goazouët
ENC-02;REMPARTS;BAT;Saïd;Benrahmoun
`,
	workers: `worker;structure;crew;first_name;last_name
V01;RIVES;VERTS;Fatou;Diallo
V02;RIVES;VERTS;Oleksandr;Tkatchenko
B01;REMPARTS;BAT;Jean;Martin
`,
	annexes: `annex;structure;measure;start;end;etp_posts;hours_per_etp
ACI051260013A0M1;RIVES;ACI_DC;2026-01-01;2026-12-31;12,5;1820
EI051260020A0M0;REMPARTS;EI_DC;2026-01-01;2026-12-31;6;1505
`,
	contracts: `contract;worker;annex;kind;start;end;weekly
C1;V01;ACI051260013A0M1;CDDI;2026-10-05;2026-10-05;26h
C1;V02;;CDDI;2026-10-06;2026-10-06;30h
C0;B01;EI051260020A0M0;CDDI;2026-09-07;2026-09-07;35h
C1;B01;EI051260020A0M0;CDDI;2026-10-05;2026-10-06;35h
`,
};

async function house(stage, office) {
	for (const [what, text] of Object.entries(FILES)) {
		const file = path.join(stage.path, `${what}.csv`);

		fs.writeFileSync(file, text);
		await office.run('import', what, file);
	}
}

async function note(laptop, worker, day, slot, time) {
	await laptop.run(
		'hours', 'add', '--worker', worker, '--day', `${MONTH}-${day}`,
		'--slot', slot, '--time', time,
	);
}

function card(page, name) {
	return page.locator('.month-card', { hasText: name });
}

function dialog(page) {
	return page.getByRole('dialog');
}

async function state(office, structure = 'RIVES') {
	const { rows } = await office.run(
		'month', 'status', MONTH, '--structure', structure, '--json',
	);

	return [rows[0].state, rows[0].version];
}

async function told(page, text) {
	await page.getByText(text).first().waitFor();
}

/* From home to a closed month, each click counted. */
async function closing(page, office) {
	let clicks = 0;
	const click = async (target) => {
		await target.click();
		clicks += 1;
	};

	await place(page, '#/home');
	await click(
		page.locator(`a.home-link[href*="/month/${MONTH}"][href*="RIVES"]`).first(),
	);
	await settled(page);
	await click(page.getByRole('button', { name: /^Clore ce qui est prêt/ }));
	await dialog(page).getByText('pas contrôlé', { exact: true }).waitFor();
	await shot(page, 'month-close');
	await click(dialog(page).getByRole('button', { name: /^Clore ce qui est prêt/ }));
	await dialog(page).waitFor({ state: 'detached' });
	await told(page, '1 structure close.');
	same(await state(office), ['closed', 1]);
	same(clicks, 3, 'clicks');
	ok(`from home to a closed month: ${clicks} clicks`);
}

/* One of two is ready: it is closed, and the other named. */
async function inPart(page, office, laptop) {
	await laptop.run(
		'hours', 'add', '--worker', 'V02', '--day', '2026-09-07', '--slot', 'am',
		'--time', '2h',
	);
	await laptop.run('sync');
	await place(page, '#/month/2026-09');
	await page.evaluate(() => (location.hash = location.hash.replace(/[?&]s=[^&]*/, '')));
	await page.getByRole('button', { name: /^Clore ce qui est prêt/ }).click();
	await dialog(page).getByText('Restent ouvertes').waitFor();
	const before = await dialog(page).locator('.month-list strong').innerText();

	await laptop.run(
		'hours', 'add', '--worker', 'V02', '--day', '2026-09-07', '--slot', 'pm',
		'--time', '1h',
	);
	await laptop.run('sync');
	await dialog(page).getByRole('button', { name: /^Clore ce qui est prêt/ }).click();
	await dialog(page).getByText(/ceci a changé depuis que vous l.avez lu/).waitFor();
	await until(
		async () => (await dialog(page).locator('.month-list strong').innerText()) !== before,
		'what came meanwhile is shown',
	);
	await shot(page, 'month-close-changed');
	await dialog(page).getByRole('button', { name: /^Clore ce qui est prêt/ }).click();
	await told(page, 'Closes : 1. Pas encore prêtes : 1.');
	const { rows } = await office.run('month', 'status', '2026-09', '--json');

	same(rows.map((one) => one.state), ['open', 'closed']);
	ok('what is ready is closed in one act, and what is not is said');
}

async function late(page, office, laptop) {
	await note(laptop, 'V01', '07', 'am', '2h');
	await laptop.run('sync');
	await page.reload();
	const mine = card(page, 'Rives');

	await mine.getByText('Arrivées après clôture : 1 salarié.').waitFor();
	await mine.getByRole('button', { name: 'Voir et ajuster' }).click();
	await dialog(page).getByText('+2').waitFor();
	await shot(page, 'month-late');
	await note(laptop, 'V02', '07', 'am', '1h');
	await laptop.run('sync');
	await dialog(page)
		.getByRole('button', { name: 'Approuver 1 ajustement' })
		.click();
	await dialog(page).getByText('à présent : ajustements : 2').waitFor();
	await dialog(page).getByText('+1').waitFor();
	await shot(page, 'month-late-changed');
	await laptop.run(
		'hours', 'void', '--worker', 'V02', '--day', `${MONTH}-07`, '--slot', 'am',
		'--reason', 'pas elle',
	);
	await laptop.run('sync');
	await page.reload();
	await mine.getByRole('button', { name: 'Voir et ajuster' }).click();
	await dialog(page)
		.getByRole('button', { name: 'Approuver 2 ajustements' })
		.click();
	await told(page, '2 ajustements approuvés.');
	await mine
		.getByText('Arrivées après clôture', { exact: false })
		.waitFor({ state: 'detached' });
	const shown = await office.run('month', 'show', MONTH, '--structure', 'RIVES', '--json');

	same(shown.closing.total.minutes, { closed: 840, adjusted: 120, reported: 960 });
	ok('what comes after the closing is seen, approved, and changes no closing');
}

async function declaring(page, office) {
	await card(page, 'Rives').getByRole('link', { name: 'Heures à déclarer' }).click();
	await page.getByRole('heading', { name: /Heures à déclarer/ }).waitFor();
	await told(page, 'sans annexe');
	await told(page, '16 heures à déclarer');
	await everywhere(page, 'declare', (name) => shot(page, name));
	await page.getByRole('button', { name: 'Rattacher à une annexe' }).click();
	await dialog(page).getByRole('button', { name: 'Rattacher à une annexe' }).click();
	await told(page, '1 contrat rattaché.');
	await page.locator('.badge', { hasText: 'sans annexe' }).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Noter comme déclaré' }).click();
	await dialog(page)
		.locator('input[type="file"]')
		.setInputFiles({ name: 'asp.csv', mimeType: 'text/csv', buffer: Buffer.from('abc') });
	/* The SHA-256 of "abc", FIPS 180-4. */
	await dialog(page)
		.getByText('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
		.waitFor();
	await shot(page, 'declare-mark');
	await dialog(page).getByRole('button', { name: 'C’est déclaré' }).click();
	await told(page, 'noté comme déclaré');
	same(await state(office), ['declared', 1]);
	ok('rows with what was kept; an annex that came late; declared with its file');
}

/* What the page itself might ask in another's name. */
async function ask(page, members) {
	return await page.evaluate(async (body) => {
		const answer = await fetch('/api/month/reopen', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});

		await answer.text();
		return answer.status;
	}, members);
}

/* By a button of the card, with the words of its dialog. */
async function because(page, name, button, reason, yes) {
	await card(page, name).getByRole('button', { name: button }).click();
	await dialog(page).locator('textarea').fill(reason);
	await dialog(page).getByRole('button', { name: yes }).click();
}

async function asking(page, name, reason) {
	await because(page, name, 'Rouvrir…', reason, 'Demander la réouverture');
	await told(page, 'une autre personne doit la confirmer');
}

/* Who asked for the month's reopening, and why; null for nobody. */
async function request(office, structure = 'RIVES') {
	const { rows } = await office.run(
		'month', 'status', MONTH, '--structure', structure, '--json',
	);

	return rows[0].reopening && [rows[0].reopening.person, rows[0].reopening.reason];
}

/* Neither is a version written by, whoever takes the request away. */
async function withdrawing(page, other, office) {
	const reason = 'Heures oubliées du 8 octobre';

	await place(page, `#/month/${MONTH}?s=RIVES`);
	await asking(page, 'Rives', reason);
	same(await request(office), ['direction', reason]);
	const taken = 'Retirer la demande';

	await because(page, 'Rives', taken, 'vu avec le chantier : rien à changer', taken);
	await told(page, 'Demande retirée.');
	await card(page, 'Rives').getByRole('button', { name: 'Rouvrir…' }).waitFor();
	same(await request(office), null, 'taken back');
	await place(other, `#/month/${MONTH}?s=RIVES`);
	await card(other, 'Rives').waitFor();
	same(await other.getByRole('button', { name: /^(Confirmer|Refuser)/ }).count(), 0);
	ok('who asked takes the request back: nobody is asked to confirm any more');

	await asking(page, 'Rives', reason);
	await other.reload();
	const no = 'Refuser la réouverture';

	await card(other, 'Rives').getByRole('button', { name: no }).click();
	await shot(other, 'month-decline');
	await dialog(other).getByRole('button', { name: no }).click();
	await dialog(other).getByText('À remplir.').waitFor();
	same(await request(office), ['direction', reason], 'declined without a reason');
	await dialog(other).locator('textarea').fill('déjà payé en novembre');
	await dialog(other).getByRole('button', { name: no }).click();
	await told(other, 'Réouverture refusée.');
	same(await request(office), null, 'declined');
	/* A window from before: what it would confirm is not there any more. */
	same(await ask(other, { month: MONTH, structure: 'RIVES', confirm: true }), 404);
	same(await state(office), ['declared', 1]);
	ok('the other person declines with a reason, and the closing stands');
}

/* A month that runs is closed for a reason alone, one to come not at all. */
async function notOver(page, laptop) {
	const month = new Date().toISOString().slice(0, 7);

	await laptop.run(
		'hours', 'add', '--worker', 'V01', '--day', `${month}-01`, '--slot', 'am',
		'--time', '1h',
	);
	await laptop.run('sync');
	const close = (members) =>
		page.evaluate(async (body) => {
			const answer = await fetch('/api/month/close', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			});

			return [answer.status, (await answer.json()).message];
		}, members);
	const [status, message] = await close({ month, structure: 'RIVES' });

	same(status, 400);
	show(message.includes('n\'est pas fini'), message);
	same((await close({ month: '2199-01', structure: 'RIVES', exception: 'par avance' }))[0], 400);
	await place(page, '#/month/2199-01');
	await told(page, 'Ce mois n’a pas commencé');
	same(await page.getByRole('button', { name: /Clore|contrôlé/ }).count(), 0);
	await place(page, `#/month/${month}?s=RIVES`);
	await card(page, 'Rives').getByRole('button', { name: 'J’ai contrôlé ce mois' }).click();
	await dialog(page).getByText('n’est pas fini').waitFor();
	await shot(page, 'month-running');
	await dialog(page).getByRole('button', { name: 'Annuler' }).click();
	ok('a month that is not over is not closed by a slip, one to come never');
}

async function reopening(page, other, office) {
	await place(page, '#/home');
	await place(page, `#/month/${MONTH}?s=RIVES`);
	await card(page, 'Rives').getByRole('button', { name: 'Rouvrir…' }).click();
	await dialog(page).locator('textarea').fill('court');
	await dialog(page).getByRole('button', { name: 'Demander la réouverture' }).click();
	await dialog(page).getByText('10 caractères', { exact: false }).first().waitFor();
	await dialog(page).locator('textarea').fill('Heures oubliées du 8 octobre');
	await dialog(page).getByRole('button', { name: 'Demander la réouverture' }).click();
	await told(page, 'une autre personne doit la confirmer');
	same(await card(page, 'Rives').getByRole('button', { name: /^Confirmer/ }).count(), 0);
	const of = { month: MONTH, structure: 'RIVES' };

	same(await ask(page, { ...of, confirm: true }), 403, 'one person alone');
	same(
		await ask(page, { ...of, reason: 'Heures oubliées', second: 'Karim' }),
		403,
		'a second person only named',
	);
	same(await state(office), ['declared', 1]);
	await shot(page, 'month-asked');
	await place(page, '#/home');
	await settled(page);
	same(await page.getByText('réouverture demandée').count(), 0, 'asked of oneself');
	await other.reload();
	await place(other, '#/home');
	await other.locator('a.home-link', { hasText: 'réouverture demandée' }).waitFor();
	await shot(other, 'month-home');
	await place(other, `#/month/${MONTH}?s=RIVES`);
	await other.reload();
	await other.getByRole('button', { name: 'Confirmer la réouverture' }).click();
	await shot(other, 'month-confirm');
	await dialog(other).getByRole('button', { name: 'Écrire la version 2' }).click();
	await told(other, 'Version 2 écrite.');
	same(await state(office), ['closed', 2]);
	await told(other, 'confirmé par vous');
	const shown = await office.run('month', 'show', MONTH, '--structure', 'RIVES', '--json');

	same([shown.closing.first, shown.closing.second], ['direction', 'rh']);
	same(shown.closing.total.minutes, { closed: 960, adjusted: 0, reported: 960 });
	ok('reopening takes two accounts; the new version names both');
}

async function anyway(page, office) {
	await place(page, `#/month/${MONTH}?s=REMPARTS`);
	const mine = card(page, 'Remparts');

	await mine.getByText('4 demi-journées sans saisie').waitFor();
	await mine.getByRole('link', { name: 'Jean Martin' }).waitFor();
	await everywhere(page, 'month-blocked', (name) => shot(page, name));
	await mine.getByRole('button', { name: 'J’ai contrôlé ce mois' }).click();
	await until(
		async () => (await state(office, 'REMPARTS'))[0] === 'checked',
		'the month checked',
	);
	await mine.getByRole('button', { name: 'Clore malgré tout…' }).click();
	await dialog(page).locator('textarea').fill('portable volé, fiches perdues');
	await dialog(page).getByRole('button', { name: 'Clore avec ce motif' }).click();
	await told(page, 'mois clos');
	same(await state(office, 'REMPARTS'), ['closed', 1]);
	ok('what stands in the way is listed with its place; an exception says why');
}

/* What stood in the way of the first version does in the way of the next. */
async function reopenedAnyway(page, other, office) {
	const of = { month: MONTH, structure: 'REMPARTS' };
	const yes = 'Écrire la version 2';

	await asking(page, 'Remparts', 'Jean a retrouvé deux fiches');
	same(await request(office, 'REMPARTS'), ['direction', 'Jean a retrouvé deux fiches']);
	await place(other, `#/month/${MONTH}?s=REMPARTS`);
	same(await ask(other, { ...of, confirm: true }), 400, 'without a word of it');
	await other.getByRole('button', { name: 'Confirmer la réouverture' }).click();
	await dialog(other).getByText('4 demi-journées sans saisie').waitFor();
	await shot(other, 'month-confirm-blocked');
	await dialog(other).getByRole('button', { name: yes }).click();
	await dialog(other).getByText('10 caractères', { exact: false }).first().waitFor();
	same(await state(office, 'REMPARTS'), ['closed', 1]);
	await dialog(other).locator('textarea').fill('deux fiches manquent encore');
	await dialog(other).getByRole('button', { name: yes }).click();
	await told(other, 'malgré ce qui manquait : deux fiches manquent encore');
	same(await state(office, 'REMPARTS'), ['closed', 2]);
	const { closing: made } = await office.run(
		'month', 'show', MONTH, '--structure', 'REMPARTS', '--json',
	);

	same(
		[made.first, made.second, made.reason, made.exception, made.blockers.missing],
		['direction', 'rh', 'Jean a retrouvé deux fiches', 'deux fiches manquent encore', 4],
	);
	await everywhere(other, 'month-reopened', (name) => shot(other, name));
	ok('a reopening is confirmed in spite of what is missing, with a reason of its own');
}

await play(async (stage) => {
	const office = await stage.office({ bare: true, asleep: true });

	await house(stage, office);
	await office.start();
	const laptop = await stage.laptop('berges', office);

	await note(laptop, 'V01', '05', 'am', '3h30');
	await note(laptop, 'V01', '05', 'pm', '3h30');
	await note(laptop, 'V02', '06', 'am', '3h30');
	await note(laptop, 'V02', '06', 'pm', '3h30');
	await laptop.run('sync');
	const { page } = await member(stage, office, 'direction');
	const { page: other } = await member(stage, office, 'rh');

	await place(page, `#/month/${MONTH}`);
	await card(page, 'Rives').waitFor();
	await everywhere(page, 'month', (name) => shot(page, name));
	ok('the closing is fit for every desk');
	await inPart(page, office, laptop);
	await closing(page, office);
	await notOver(page, laptop);
	await place(page, `#/month/${MONTH}?s=RIVES`);
	await late(page, office, laptop);
	await declaring(page, office);
	await withdrawing(page, other, office);
	await reopening(page, other, office);
	await anyway(page, office);
	await reopenedAnyway(page, other, office);

	const { page: reader } = await member(stage, office, 'auditor');

	await place(reader, `#/month/${MONTH}`);
	await card(reader, 'Rives').waitFor();
	same(await reader.getByRole('button', { name: /Clore|Rouvrir|contrôlé/ }).count(), 0);
	same(await ask(reader, { month: MONTH, structure: 'RIVES', reason: 'pour voir ce que cela fait' }), 403);
	show(!(await reader.content()).includes('undefined'), 'something is undefined');
	ok('who only reads closes and reopens nothing');
});
