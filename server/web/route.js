/*
 * Where one is: #/SCREEN/ARGUMENT…?s=STRUCTURE&NAME=VALUE. The address says
 * all of it, so that a reload, the way back and a link to a colleague lead to
 * the same place. A screen of a month has it as its first argument.
 */
import { computed, signal } from '../../shared/web/preact.js';
import { makeFragment, readFragment } from '../../shared/web/fragment.js';
import { hush, today } from './state.js';

const SETUP = '/setup/';
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/* {path, members}, the fragment as it is. */
const at = signal({ path: '', members: new URLSearchParams() });
/* The link that makes an account, good once, '' when none is in the address. */
export const invitation = computed(() =>
	at.value.path.startsWith(SETUP) ? at.value.path.slice(SETUP.length) : '',
);
/* The month last chosen: one goes from screen to screen in it. */
const lastMonth = signal('');

const parts = computed(() =>
	at.value.path
		.split('/')
		.slice(1)
		.map((one) => {
			try {
				return decodeURIComponent(one);
			} catch (broken) {
				return one;
			}
		}),
);

/* The screen's id and its arguments. */
export const screenId = computed(() => parts.value[0] || 'home');
export const args = computed(() => parts.value.slice(1));
/* The structure that all is shown of, '' for all of them. */
export const structure = computed(() => at.value.members.get('s') || '');
/* 2026-11: the address', else the one last chosen, else this one. */
export const month = computed(() =>
	MONTH.test(args.value[0] || '')
		? args.value[0]
		: lastMonth.value || today.value.slice(0, 7),
);

/* The address as it is: the language in it changes beside this file. */
function now() {
	return { path: at.value.path, members: readFragment().members };
}

/* What stays when one goes elsewhere: language and structure. */
function lasting() {
	const members = new URLSearchParams();
	const here = now().members;

	for (const name of ['s', 'l']) {
		const value = here.get(name);

		if (value)
			members.set(name, value);
	}
	return members;
}

function give(members, changed) {
	for (const [name, value] of Object.entries(changed)) {
		if (value === null || value === undefined || value === '')
			members.delete(name);
		else
			members.set(name, value);
	}
}

/* The address of a place: href(['grid', '2026-11'], {site: 'S1'}). A member
 * that is null or '' is left out. */
export function href(path, query = {}) {
	const members = lasting();

	give(members, query);
	return makeFragment({
		path: `/${path.map(encodeURIComponent).join('/')}`,
		members,
	});
}

/* A link that the office gives as text, '/grid/2026-11?worker=V01', from
 * here: in the same language. */
export function hrefOf(link) {
	const { path, members } = readFragment(`#${link}`);
	const all = lasting();

	for (const [name, value] of members)
		all.set(name, value);
	return makeFragment({ path, members: all });
}

function read() {
	at.value = readFragment();
	if (MONTH.test(args.value[0] || ''))
		lastMonth.value = args.value[0];
}

/* Go there; what was said of one screen stays with it. */
export function go(path, query) {
	location.hash = href(path, query);
}

/* Another value of a filter, in the same place. */
export function setQuery(changed) {
	const wanted = now();

	give(wanted.members, changed);
	history.replaceState(null, '', makeFragment(wanted));
	at.value = wanted;
}

/* A filter's value, from the address. */
export function query(name) {
	return at.value.members.get(name) || '';
}

export function setMonth(wanted) {
	go([screenId.value, wanted, ...args.value.slice(1)], filters());
}

/* The filters of this screen, which another month keeps. */
function filters() {
	return Object.fromEntries(now().members);
}

/* An address whose month is none, /grid/2026-13, is put right to the month that
 * is shown. What it said; '' when there was nothing to put right. */
export function rightMonth() {
	const [given, ...others] = args.value;
	const path = [screenId.value, month.value, ...others];

	if (!given || MONTH.test(given))
		return '';
	const wanted = {
		...now(),
		path: `/${path.map(encodeURIComponent).join('/')}`,
	};

	history.replaceState(null, '', makeFragment(wanted));
	at.value = wanted;
	return given;
}

export function boot() {
	read();
	addEventListener('hashchange', () => {
		const before = `${screenId.value}/${args.value.join('/')}`;

		read();
		if (before !== `${screenId.value}/${args.value.join('/')}`)
			hush();
	});
}
