/*
 * The office's own sentences, as this page says them. At the shell a day is
 * 2026-10-08 and an instant 2026-11-23T15:32:56Z; a clerk reads words. Only
 * what a sentence tells is put into words: an example of how to write a day
 * stays as it is to be written.
 */
import { dayText, stamp } from '../../shared/web/format.js';
import { language, t, unbroken } from '../../shared/web/i18n.js';

const DAY = '(\\d{4}-\\d\\d-\\d\\d)';
const INSTANT = new RegExp(`${DAY}T\\d\\d:\\d\\d(:\\d\\d)?Z`, 'g');
const HALF_DAY = new RegExp(`\\b${DAY} (am|pm)\\b`, 'g');
const TOLD_DAY = new RegExp(`\\b(le|du|au|on) ${DAY}\\b(?![-T])`, 'g');

/* The members that are sentences. */
const SENTENCES = new Set(['text', 'todo', 'why', 'help']);

const WHEN = {
	day: 'numeric',
	month: 'long',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
};

/* 8 octobre 2026, 1er octobre 2026 */
function dayOf(day) {
	const text = dayText(day, {
		day: 'numeric',
		month: 'long',
		year: 'numeric',
	});

	return language.value === 'fr' ? text.replace(/^1 /, '1er ') : text;
}

export function spoken(text) {
	return unbroken(
		text
			.replace(INSTANT, (at) => stamp(at, WHEN) || at)
			.replace(
				HALF_DAY,
				(whole, day, half) => `${dayOf(day)}, ${t(`parts.half_${half}`)}`,
			)
			.replace(TOLD_DAY, (whole, word, day) => `${word} ${dayOf(day)}`),
	);
}

/* An answer's sentences, however deep they stand. It is the caller's own. */
export function speak(answer) {
	if (Array.isArray(answer)) {
		answer.forEach(speak);
	} else if (answer && typeof answer === 'object') {
		for (const [name, value] of Object.entries(answer)) {
			if (typeof value !== 'string')
				speak(value);
			else if (SENTENCES.has(name))
				answer[name] = spoken(value);
		}
	}
	return answer;
}
