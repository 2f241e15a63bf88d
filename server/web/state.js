/*
 * What the page knows, as signals. All of it comes from the office and is
 * read anew after each act: nothing is shown as done because it was asked.
 */
import { computed, effect, signal } from '../../shared/web/preact.js';
import * as api from '../../shared/web/api.js';
import { language } from '../../shared/web/i18n.js';

/* GET session; null until it answered. */
export const session = signal(null);
/* The last failure to reach the office, null while it answers. */
export const trouble = signal(null);
/* What was last said: {text, bad, calm, id}. */
export const message = signal(null);
/* Goes up after each act, and when the page is looked at again: what a screen
 * shows is asked for anew. */
export const changes = signal(0);
/* GET lists: {structures, sites, crews}; null until it answered. */
export const lists = signal(null);

export const today = computed(() => session.value?.today || '');
export const who = computed(() =>
	session.value?.login ? session.value : null,
);

/* Has the session this right? "a b" is either; nothing is everybody. */
export function can(right) {
	const rights = session.value?.rights || [];

	return !right || right.split(' ').some((one) => rights.includes(one));
}

/* ---- saying ---- */

let said = 0;

export function say(text) {
	message.value = { text, bad: false, id: ++said };
}

/* A failure stays until it is closed or something else is said. */
export function complain(error) {
	message.value = {
		text: typeof error === 'string' ? error : error.message,
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

/* ---- the session ---- */

/* What was read belongs to the one who read it. */
export function tookSession(found) {
	if (found.login !== session.value?.login) {
		lists.value = null;
		message.value = null;
	}
	session.value = found;
}

export async function loadSession() {
	const { data, error } = await api.get('session');

	trouble.value = error;
	if (data)
		tookSession(data);
	return { data, error };
}

/* The session's own calls: their answer is the session. */
export async function sessionAct(path, members) {
	const answer = await api.post(`session/${path}`, members);

	if (answer.data)
		tookSession(answer.data);
	return answer;
}

export async function logOut() {
	const { error } = await sessionAct('logout', {});

	if (error)
		complain(error);
}

/* The office's own words change with the language. */
effect(() => {
	if (language.value)
		changes.value = changes.peek() + 1;
});
