/*
 * What a person types into a cell: a duration (3h30, 3:30, 3,5, 330, 45m), a
 * kind by the beginning of its name (mal, congé), or both (form 3h30).
 */
import { t } from '../../../../shared/web/i18n.js';

const DAY = 1440;

/* Minutes, or null. Three or four figures are hours and minutes. */
export function minutesOf(text) {
	const bare = text.trim().toLowerCase().replace(/\s/g, '');
	const clock = /^(\d{1,2})[h:](\d{1,2})?$/.exec(bare);
	const figures = /^(\d{1,2})(\d{2})$/.exec(bare);
	const decimal = /^(\d{1,2})(?:[.,](\d{1,2}))?h?$/.exec(bare);
	const minutes = /^(\d{1,4})(?:m|min)$/.exec(bare);
	let found = null;

	if (minutes)
		found = Number(minutes[1]);
	else if (clock && Number(clock[2] || 0) < 60)
		found = Number(clock[1]) * 60 + Number(clock[2] || 0);
	else if (figures && Number(figures[2]) < 60)
		found = Number(figures[1]) * 60 + Number(figures[2]);
	else if (decimal)
		found = Math.round(Number(`${decimal[1]}.${decimal[2] || 0}`) * 60);
	return found !== null && found <= DAY ? found : null;
}

function bare(text) {
	return text
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.toLowerCase();
}

function kindOf(word, kinds) {
	const wanted = bare(word);
	const all = [...kinds.values()];
	const called = (one) => [one.slug, bare(one.label), bare(shortKind(one.slug))];

	return (
		all.find((one) => called(one).includes(wanted)) ||
		all.find((one) => bare(one.label).startsWith(wanted)) ||
		null
	);
}

/* {time, kind} as the commands take them, or null. */
export function readTyped(text, kinds) {
	const parts = /^([\p{L}()\s.'’]*)([\d].*)?$/u.exec(text.trim());
	const wish = {};

	if (!parts || text.trim() === '')
		return null;
	if (parts[1].trim()) {
		const kind = kindOf(parts[1].trim().replace(/\.$/, ''), kinds);

		if (!kind)
			return null;
		wish.kind = kind.slug;
	}
	if (parts[2]) {
		const minutes = minutesOf(parts[2]);

		if (minutes === null || (minutes === 0 && !wish.kind))
			return null;
		wish.time = `${minutes}m`;
	}
	return wish;
}

/* 3h30, 3h, 45m: as narrow as can be. */
export function narrow(minutes) {
	const hours = Math.trunc(minutes / 60);
	const rest = minutes % 60;

	if (hours === 0)
		return `${rest}m`;
	return rest === 0 ? `${hours}h` : `${hours}h${String(rest).padStart(2, '0')}`;
}

const SHORT = new Set([
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

/* A kind in a few letters; work has none, an unknown absence is one. */
export function shortKind(slug) {
	if (slug === 'work')
		return '';
	return SHORT.has(slug) ? t(`grid.short_${slug}`) : t('grid.short_other');
}
