/*
 * Asking the agent or the office. The answer is always
 *
 *	{data, error}	one of the two is null
 *
 * and an error is {slug, message, status, retryAfter}. Nothing is assumed:
 * what has not answered has not been saved, as far as the page knows.
 *
 * The agent knows the page by the token of its launch; the office knows the
 * person by a cookie that only the browser sees.
 */
import { readFragment } from './fragment.js';
import { language, t, unbroken } from './i18n.js';

const WAIT_MS = 30000;

/*
 * The launch's token is in the address' fragment, which no request sends; it
 * stays there so that reloading the page works.
 */
function token() {
	return readFragment().members.get('t');
}

/* Options are texts: numbers too. Lists stay lists, flags are given or not. */
function asOptions(members) {
	const out = {};

	for (const [name, value] of Object.entries(members)) {
		if (value === undefined || value === null || value === false)
			continue;
		out[name] = typeof value === 'number' ? String(value) : value;
	}
	return out;
}

function failure(slug, message, status = 0, retryAfter = 0) {
	return { data: null, error: { slug, message, status, retryAfter } };
}

/* What the answer's header calls the file: filename="…". */
function fileName(response) {
	const said = response.headers.get('Content-Disposition') || '';

	return /filename="([^"]+)"/.exec(said)?.[1] || 'pointeau';
}

async function readFile(response) {
	if (!response.ok)
		return read(response);
	return {
		data: { name: fileName(response), blob: await response.blob() },
		error: null,
	};
}

async function read(response) {
	let body = null;

	try {
		body = await response.json();
	} catch (broken) {
		return failure('stopped', t('ui.stopped'), response.status);
	}
	if (response.ok)
		return { data: body, error: null };
	return failure(
		body.error || 'failure',
		unbroken(body.message || t('ui.failure')),
		response.status,
		Number(response.headers.get('Retry-After')) || 0,
	);
}

async function ask(method, path, query, body, waitMs, take = read) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), waitMs);
	const headers = { 'Accept-Language': language.value };

	if (token())
		headers.Authorization = `Bearer ${token()}`;
	if (body !== undefined)
		headers['Content-Type'] = 'application/json';
	try {
		return await take(
			await fetch(`/api/${path}${query}`, {
				method,
				headers,
				body,
				cache: 'no-store',
				signal: stop.signal,
			}),
		);
	} catch (lost) {
		return failure(
			'stopped',
			method === 'GET' ? t('ui.stopped') : t('ui.lost'),
		);
	} finally {
		clearTimeout(timer);
	}
}

/* Of what is asked, an empty text is nothing asked. */
function asQuery(members) {
	const given = Object.entries(asOptions(members)).filter(
		([, value]) => value !== '',
	);
	const query = new URLSearchParams(given).toString();

	return query && `?${query}`;
}

export function get(path, members = {}, waitMs = WAIT_MS) {
	return ask('GET', path, asQuery(members), undefined, waitMs);
}

/* The same, of what is no JSON: data is {name, blob}. */
export function getFile(path, members = {}, waitMs = WAIT_MS) {
	return ask('GET', path, asQuery(members), undefined, waitMs, readFile);
}

export function post(path, members = {}, waitMs = WAIT_MS) {
	const body = JSON.stringify(asOptions(members));

	return ask('POST', path, '', body, waitMs);
}

/* An act whose answer is a file. */
export function postFile(path, members = {}, waitMs = WAIT_MS) {
	const body = JSON.stringify(asOptions(members));

	return ask('POST', path, '', body, waitMs, readFile);
}
