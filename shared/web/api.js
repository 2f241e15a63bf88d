/*
 * Asking the agent (or the office). The answer is always
 *
 *	{data, error}	one of the two is null
 *
 * and an error is {slug, message, status, retryAfter}. Nothing is assumed:
 * what has not answered has not been saved, as far as the page knows.
 */
import { language, t, unbroken } from './i18n.js';

const WAIT_MS = 30000;

/*
 * The launch's token is in the address' fragment, which no request sends; it
 * stays there so that reloading the page works.
 */
function token() {
	return new URLSearchParams(location.hash.slice(1)).get('t') || '';
}

/* Options are texts: numbers too. Lists stay lists, flags stay flags. */
function asOptions(members) {
	const out = {};

	for (const [name, value] of Object.entries(members)) {
		if (value === undefined || value === null)
			continue;
		out[name] = typeof value === 'number' ? String(value) : value;
	}
	return out;
}

function failure(slug, message, status = 0, retryAfter = 0) {
	return { data: null, error: { slug, message, status, retryAfter } };
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

async function ask(method, path, query, body, waitMs) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), waitMs);
	const headers = {
		Authorization: `Bearer ${token()}`,
		'Accept-Language': language.value,
	};

	if (body !== undefined)
		headers['Content-Type'] = 'application/json';
	try {
		return await read(
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

export function get(path, members = {}, waitMs = WAIT_MS) {
	const query = new URLSearchParams(asOptions(members)).toString();

	return ask('GET', path, query && `?${query}`, undefined, waitMs);
}

export function post(path, members = {}, waitMs = WAIT_MS) {
	const body = JSON.stringify(asOptions(members));

	return ask('POST', path, '', body, waitMs);
}
