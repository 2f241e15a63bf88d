/*
 * What the page knows, as signals. All of it comes from the agent and is read
 * anew after each act: nothing is shown as done because it was asked.
 */
import { batch, computed, effect, signal } from '../../shared/web/preact.js';
import * as api from '../../shared/web/api.js';
import { language, t } from '../../shared/web/i18n.js';

const POLL_MS = 5000;
const SESSION_POLLS = 12;
const TOUCH_MS = 60000;

/* GET session; null until it answered. */
export const session = signal(null);
/* GET status; null until it answered. */
export const status = signal(null);
/* The last failure to reach the agent, null while it answers. */
export const trouble = signal(null);
/* The day and half-day at hand. */
export const day = signal('');
export const slot = signal('am');
/* GET crew of that day; null until it answered. */
export const roster = signal(null);
/* Which of its crews: its id and structure. */
export const chosen = signal(null);
/* What the screen is: {id, args}. See screens.js. */
export const screen = signal({ id: 'crew', args: {} });
/* What was last said: {text, bad, id}. */
export const message = signal(null);

export const today = computed(() => session.value?.today || '');
export const who = computed(() => session.value?.who || null);
/* Days before today that this laptop may not fill are refused by the agent;
 * the page only refuses what has not come yet. */
export const isToday = computed(() => day.value === today.value);
export const crew = computed(() => {
	const crews = roster.value?.crews || [];
	const at = chosen.value;

	return (
		crews.find(
			(one) =>
				at &&
				one.crew === at.crew &&
				one.structure === at.structure,
		) ||
		crews[0] ||
		null
	);
});
/* How many entries the office has not received. */
export const unreceived = computed(() =>
	status.value
		? (status.value.kept || 0) + (status.value.sent || 0)
		: 0,
);
export const revoked = computed(() => Boolean(status.value?.revoked));

let said = 0;

export function say(text) {
	message.value = { text, bad: false, id: ++said };
}

/* A failure stays until it is closed or something else is said. */
export function complain(error) {
	message.value = {
		text: typeof error === 'string' ? error : error.message,
		slug: error.slug || '',
		bad: true,
		id: ++said,
	};
}

/* Neither done nor failed: shown until it was read. */
export function tell(text) {
	message.value = { text, calm: true, bad: true, id: ++said };
}

export function hush() {
	message.value = null;
}

/* ---- reading ---- */

function tookSession(found) {
	const before = session.value;
	const crewId = found.who?.crew;

	batch(() => {
		session.value = found;
		if (day.value === '' || before?.today === day.value)
			day.value = found.today;
		if (found.who && before?.who?.id !== found.who.id) {
			chosen.value = {
				structure: found.who.structure,
				crew: crewId,
			};
			if (!before)
				slot.value = isMorning(found.now) ? 'am' : 'pm';
		}
		if (found.locked) {
			roster.value = null;
			status.value = null;
			message.value = null;
		}
	});
}

function isMorning(now) {
	return new Date(now).getHours() < 13;
}

/* Locked, or no answer: what any call may meet. */
async function met(error) {
	if (error?.status === 423)
		await loadSession();
	trouble.value = error && error.slug === 'stopped' ? error : null;
}

export async function loadSession() {
	const { data, error } = await api.get('session');

	trouble.value = error;
	if (data)
		tookSession(data);
	return { data, error };
}

/*
 * A reader of one thing. An answer that a later question overtook says
 * nothing any more: its reader waits for the later one's.
 */
function reader(ask, take) {
	let last = null;

	async function read(isLast) {
		const answer = await ask();

		if (!isLast()) {
			await last;
			return;
		}
		await met(answer.error);
		take(answer);
	}

	return () => {
		const mine = {};

		mine.done = read(() => last === mine.done);
		last = mine.done;
		return mine.done;
	};
}

export const loadStatus = reader(
	() => api.get('status'),
	({ data }) => {
		if (data)
			status.value = data;
	},
);

export const loadRoster = reader(
	() => api.get('crew', { day: day.value }),
	({ data, error }) => {
		if (data)
			roster.value = data;
		else if (error.status !== 423)
			complain(error);
	},
);

export async function setDay(wanted) {
	day.value = wanted;
	roster.value = null;
	await loadRoster();
}

/* ---- acting ---- */

let lastAct = Promise.resolve();
let turns = 0;

/*
 * Ask for an act, after those asked before it; then read the day and the
 * counts again. {data, error, turn}: the act is done only if data is there,
 * turn is its place among the acts, the error is said unless ${quiet}.
 */
export async function act(path, members, { quiet } = {}) {
	const asked = lastAct.then(async () => ({
		...(await api.post(path, members)),
		turn: ++turns,
	}));

	lastAct = asked;
	const answer = await asked;

	await met(answer.error);
	if (answer.error && answer.error.status !== 423 && !quiet)
		complain(answer.error);
	if (!session.value?.locked)
		await Promise.all([loadRoster(), loadStatus()]);
	return answer;
}

/* The session's own calls: their answer is the session. */
export async function sessionAct(path, members) {
	const answer = await api.post(`session/${path}`, members);

	if (answer.data)
		tookSession(answer.data);
	else
		trouble.value =
			answer.error.slug === 'stopped' ? answer.error : null;
	return answer;
}

export function lock() {
	return sessionAct('lock', {});
}

/* ---- going from screen to screen ---- */

export function go(id, args = {}) {
	/* The same address: it holds the launch's token. */
	history.pushState({ id, args }, '', location.href);
	/* What was said of one screen, or of one person, stays there. */
	hush();
	screen.value = { id, args };
}

export function back() {
	history.back();
}

let holder = null;

/* A screen in a worker's hands: the browser's way back calls ${leave} instead
 * of showing what was there. null: in the supervisor's again. */
export function holdScreen(leave) {
	holder = leave;
}

function followHistory() {
	history.replaceState(screen.value, '', location.href);
	addEventListener('popstate', (event) => {
		if (holder) {
			history.pushState(screen.value, '', location.href);
			holder();
			return;
		}
		hush();
		screen.value = event.state || { id: 'crew', args: {} };
	});
}

/* ---- living on ---- */

let polls = 0;

async function poll() {
	const before = day.value;

	if (document.hidden)
		return;
	if (!session.value || session.value.locked || !session.value.who) {
		await loadSession();
		return;
	}
	await loadStatus();
	/* The session now and then: midnight passes. */
	if (trouble.value || ++polls % SESSION_POLLS === 0)
		await loadSession();
	if (day.value !== before)
		await loadRoster();
}

let touchedAt = 0;

/* Somebody is there: the agent locks the page when nobody is. */
function touched() {
	const now = Date.now();

	if (now - touchedAt < TOUCH_MS || !who.value || session.value.locked)
		return;
	touchedAt = now;
	void api.post('session/touch').then(({ error }) => met(error));
}

export async function boot() {
	/* Reloading is no way out for the worker who was given the screen. */
	const handedOver = history.state?.id === 'signoff';

	followHistory();
	for (const sign of ['pointerdown', 'keydown'])
		addEventListener(sign, touched, { capture: true, passive: true });
	addEventListener('visibilitychange', () => void poll());
	if (handedOver)
		await lock();
	const { error } = await loadSession();

	if (error && error.slug !== 'stopped')
		complain(error);
	setInterval(() => void poll(), POLL_MS);
	/* The agent's own words change with the language. */
	effect(() => {
		if (language.value && roster.peek())
			void loadRoster();
	});
}

/* The half-day in words, for titles and messages. */
export function slotName(name) {
	if (name === 'am' || name === 'pm')
		return t(`frame.${name}`);
	return t('frame.extra', { n: name.slice(1) });
}
