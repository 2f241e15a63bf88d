/*
 * Dates, durations and numbers for people. Days are texts (2026-11-23), the
 * calendar's and not an instant: they are formatted in UTC so that no time
 * zone moves them. The fonts have no U+202F, which Intl likes: U+00A0 stands
 * in its place.
 */
import { language } from './i18n.js';

const NARROW = /\u202f/g;
const NBSP = '\u00a0';

function plain(text) {
	return text.replace(NARROW, NBSP);
}

const formats = new Map();

/* English here is of this side of the sea: 28/09/2026, 14:05. */
function localeOf(code) {
	return code === 'en' ? 'en-GB' : code;
}

function format(code, options) {
	const key = code + JSON.stringify(options);

	if (!formats.has(key))
		formats.set(key, new Intl.DateTimeFormat(localeOf(code), options));
	return formats.get(key);
}

/* A day by ${options} of Intl.DateTimeFormat. */
export function dayText(day, options, code = language.value) {
	const at = new Date(`${day}T00:00:00Z`);

	if (Number.isNaN(at.getTime()))
		return day;
	return plain(format(code, { ...options, timeZone: 'UTC' }).format(at));
}

/* lundi 23 novembre 2026 */
export function dayLong(day, code) {
	return dayText(
		day,
		{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
		code,
	);
}

/* lundi 23 novembre */
export function dayName(day, code) {
	return dayText(
		day,
		{ weekday: 'long', day: 'numeric', month: 'long' },
		code,
	);
}

/* lun. 23 nov. */
export function dayShort(day, code) {
	return dayText(
		day,
		{ weekday: 'short', day: 'numeric', month: 'short' },
		code,
	);
}

/* mardi */
export function weekday(day, code) {
	return dayText(day, { weekday: 'long' }, code);
}

/* novembre 2026, of 2026-11 or of a day */
export function monthName(month, code) {
	const day = `${month.slice(0, 7)}-01`;

	return dayText(day, { month: 'long', year: 'numeric' }, code);
}

/* 23/11/2026 */
export function dayNumeric(day, code) {
	return dayText(
		day,
		{ day: '2-digit', month: '2-digit', year: 'numeric' },
		code,
	);
}

/* 2026-11 and ${by} months later (earlier if negative). */
export function addMonths(month, by) {
	const at = new Date(`${month}-01T00:00:00Z`);

	at.setUTCMonth(at.getUTCMonth() + by);
	return at.toISOString().slice(0, 7);
}

/* An instant (2026-11-23T08:12:00Z) in the laptop's own time. */
export function stamp(at, options, code = language.value) {
	const when = new Date(at);

	if (!at || Number.isNaN(when.getTime()))
		return '';
	return plain(
		format(
			code,
			options || {
				weekday: 'short',
				day: 'numeric',
				month: 'short',
				hour: '2-digit',
				minute: '2-digit',
			},
		).format(when),
	);
}

/* 08:12 */
export function clock(at, code) {
	return stamp(at, { hour: '2-digit', minute: '2-digit' }, code);
}

export function number(value, options, code = language.value) {
	return plain(new Intl.NumberFormat(localeOf(code), options).format(value));
}

/* Minutes for people: 3 h 30, 3 h, 45 min. */
export function duration(minutes) {
	const hours = Math.trunc(minutes / 60);
	const rest = minutes % 60;

	if (hours === 0)
		return `${rest}${NBSP}min`;
	if (rest === 0)
		return `${hours}${NBSP}h`;
	return `${hours}${NBSP}h${NBSP}${String(rest).padStart(2, '0')}`;
}

/* Minutes for the commands: 3h30. */
export function durationOption(minutes) {
	const rest = String(minutes % 60).padStart(2, '0');

	return `${Math.trunc(minutes / 60)}h${rest}`;
}

/* 2026-11-23 and ${by} days later (earlier if negative). */
export function addDays(day, by) {
	const at = new Date(`${day}T00:00:00Z`);

	at.setUTCDate(at.getUTCDate() + by);
	return at.toISOString().slice(0, 10);
}

/* How long ago, in the largest unit that says it: il y a 3 jours. */
export function ago(seconds, code = language.value) {
	const units = [
		['day', 86400],
		['hour', 3600],
		['minute', 60],
	];
	const relative = new Intl.RelativeTimeFormat(localeOf(code), { numeric: 'auto' });

	for (const [unit, size] of units) {
		if (seconds >= size)
			return plain(
				relative.format(-Math.floor(seconds / size), unit),
			);
	}
	return plain(relative.format(0, 'second'));
}
