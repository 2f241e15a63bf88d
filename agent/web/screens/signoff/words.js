/*
 * The words of the sign-off, in the language that the worker chose; the page
 * itself keeps its own.
 */
import { computed, signal } from '../../../../shared/web/preact.js';
import { directionOf, language, tIn } from '../../../../shared/web/i18n.js';

/* '' while nobody chose: the page's. */
export const chosenWords = signal('');

export const words = computed(() => chosenWords.value || language.value);
export const wordsDirection = computed(() => directionOf(words.value));

export function tw(key, values) {
	return tIn(words.value, `worker.${key}`, values);
}

/* A name in a sentence that runs the other way, its full stop with it. */
export function isolated(name) {
	return `\u2068${name}\u2069`;
}

/* For Intl. Digits are those of the payslip, whatever the script. */
export function tag() {
	return words.value === 'ar' ? 'ar-u-nu-latn' : words.value;
}

export function hoursText(minutes) {
	const h = Math.trunc(minutes / 60);
	const m = minutes % 60;

	if (h === 0)
		return tw('m', { m });
	if (m === 0)
		return tw('h', { h });
	return tw('hm', { h, m: String(m).padStart(2, '0') });
}

export function slotText(slot) {
	return slot[0] === 'x' ? tw('extra') : tw(slot);
}

const KINDS = new Set([
	'work',
	'training',
	'afest',
	'counselling',
	'immersion',
	'travel',
	'medical',
	'paid_leave',
	'public_holiday',
	'sick',
	'accident',
	'absence_authorised',
	'absence_unjustified',
	'bad_weather',
	'suspension',
]);

/* A kind that came after these words keeps the agent's own label. */
function kindText(row) {
	return KINDS.has(row.kind) ? tw(row.kind) : row.label;
}

/* {hours, what}: one slot as it is read and read aloud. */
export function rowText(row) {
	if (row.state === 'contested' || row.state === 'void')
		return { hours: '', what: tw(row.state) };
	return {
		hours: row.minutes > 0 ? hoursText(row.minutes) : '',
		what: kindText(row),
	};
}

export function answerText(answer) {
	return tw(answer === 'agree' ? 'agree' : 'disagree');
}
