/*
 * Asking the office. Whoever is not known any more is asked for the password
 * over the page, where all that was typed stays; then the call goes on. It
 * was refused before, so nothing is done twice.
 */
import { signal, useEffect, useState } from '../../shared/web/preact.js';
import * as api from '../../shared/web/api.js';
import { speak, spoken } from './spoken.js';
import {
	changes,
	complain,
	lists,
	session,
	tookSession,
	trouble,
	who,
} from './state.js';

const AWAY_MS = 60000;

/* {login, name} of who must log in again, null when nobody must. */
export const lost = signal(null);

let waiting = [];

/* true: logged in again; false: the person left. */
export function cameBack(good) {
	const all = waiting;

	waiting = [];
	lost.value = null;
	for (const go of all)
		go(good);
}

function askWhoIsThere() {
	lost.value ??= { login: who.value.login, name: who.value.name };
	return new Promise((resolve) => waiting.push(resolve));
}

/* What may not be asked may have been allowed before: when role or structures
 * were changed meanwhile, bar and screen follow. */
async function followRole() {
	const { data } = await api.get('session');
	const rule = (one) => `${one?.role} ${one?.structures}`;

	if (!data?.login || rule(data) === rule(session.value))
		return;
	tookSession(data);
	again();
}

async function call(ask) {
	let answer = await ask();

	while (answer.error?.status === 401 && who.value) {
		if (!(await askWhoIsThere()))
			break;
		answer = await ask();
	}
	if ([403, 404].includes(answer.error?.status) && who.value)
		void followRole();
	trouble.value = answer.error?.slug === 'stopped' ? answer.error : null;
	if (answer.error)
		answer.error.message = spoken(answer.error.message);
	if (!answer.data?.blob)
		speak(answer.data);
	return answer;
}

export function get(path, members, waitMs) {
	return call(() => api.get(path, members, waitMs));
}

export function getFile(path, members, waitMs) {
	return call(() => api.getFile(path, members, waitMs));
}

export function again() {
	changes.value += 1;
}

let lastAct = Promise.resolve();

async function inTurn(ask, quiet) {
	const asked = lastAct.then(() => call(ask));

	lastAct = asked;
	const answer = await asked;

	if (answer.error && !quiet)
		complain(answer.error);
	return answer;
}

/*
 * Ask for an act, after those asked before it; then all that is shown is read
 * again. {data, error}: it is done only if data is there; the error is said
 * unless ${quiet}. ${dry}: nothing changes by it.
 */
export async function act(path, members = {}, { quiet, dry, waitMs } = {}) {
	const answer = await inTurn(() => api.post(path, members, waitMs), quiet);

	if (answer.data && !dry)
		again();
	return answer;
}

/* An act whose answer is a file: {data: {name, blob}, error}. */
export async function actFile(path, members = {}, { quiet, waitMs } = {}) {
	const answer = await inTurn(
		() => api.postFile(path, members, waitMs),
		quiet,
	);

	if (answer.data)
		again();
	return answer;
}

const NOTHING = { of: '', data: null, error: null };

/*
 * {data, error, reload} of GET ${path}; asked anew when the members change and
 * after every act. An answer to other members is never shown in place of
 * these; with path '' nothing is asked.
 */
export function useAnswer(path, members = {}) {
	const of = JSON.stringify([path, members]);
	const [answer, setAnswer] = useState(NOTHING);
	const sign = changes.value;

	useEffect(() => {
		let wanted = Boolean(path);

		if (wanted)
			void get(path, members).then(({ data, error }) => {
				if (wanted)
					setAnswer({ of, data, error });
			});
		return () => {
			wanted = false;
		};
	}, [of, sign]);
	const mine = answer.of === of ? answer : NOTHING;

	return { data: mine.data, error: mine.error, reload: again };
}

/* Structures, sites and crews by name, for filters: null until they are
 * there. */
export function useLists() {
	const sign = changes.value;

	useEffect(() => {
		if (!who.value)
			return;
		void get('lists').then(({ data }) => {
			if (data)
				lists.value = data;
		});
	}, [sign, session.value?.login]);
	return lists.value;
}

/* Away for a while, in another tab or at lunch: others have worked. */
let leftAt = 0;

addEventListener('visibilitychange', () => {
	if (document.hidden) {
		leftAt = Date.now();
	} else if (who.value && Date.now() - leftAt > AWAY_MS) {
		void api.get('session').then(({ data }) => {
			if (data?.login)
				tookSession(data);
			again();
		});
	}
});
