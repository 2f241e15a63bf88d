/*
 * Taking the last acts back: the agent sets back what they set, if nobody has
 * gone on from them. The button stays ten seconds; the key as long as the
 * page is open.
 */
import { signal } from '../../shared/web/preact.js';
import { t } from '../../shared/web/i18n.js';
import { act, say } from './state.js';

const SHOWN_MS = 10000;
const KEPT = 50;

/* What the button takes back: {text, hashes}; null when it is gone. */
export const offer = signal(null);

let done = [];
let timer = 0;

function hashesOf(data) {
	const rows = data.rows || [data];

	return rows.map((row) => row.hash).filter(Boolean);
}

/* Say ${text} and offer to undo what the answer {data, turn} of an act holds.
 * Acts in haste are seen to be done together: their turns tell their order. */
export function undoable(text, { data, turn }) {
	const hashes = data ? hashesOf(data) : [];

	say(text);
	clearTimeout(timer);
	if (hashes.length === 0) {
		offer.value = null;
		return;
	}
	done = [...done, { text, hashes, turn }]
		.sort((a, b) => a.turn - b.turn)
		.slice(-KEPT);
	offer.value = done[done.length - 1];
	timer = setTimeout(() => (offer.value = null), SHOWN_MS);
}

/* Take the last act back; whether there was one. */
export async function undo() {
	const last = done[done.length - 1];

	if (!last)
		return false;
	done = done.slice(0, -1);
	offer.value = null;
	const { data } = await act('hours/undo', { hash: last.hashes });

	if (data)
		say(t('crew.undone', { what: last.text }));
	return true;
}

/* Another person, another day: nothing of before is taken back by a key. */
export function forgetActs() {
	done = [];
	offer.value = null;
}
