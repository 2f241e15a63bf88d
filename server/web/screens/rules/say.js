/* A rule's value, limit and period in words. */
import { dayNumeric, dayText, duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

const UNITS = {
	days: (n) => t('rules.days', { n }),
	minutes: duration,
	months: (n) => t('rules.months', { n }),
};

export function amount(unit, value) {
	return UNITS[unit](value);
}

export function weekName(week) {
	return t('rules.week', { n: Number(week.slice(6)) });
}

/* "lundi 16 novembre 2026", "semaine 47 (16/11/2026 – 22/11/2026)". */
export function period(row) {
	const days = `${dayNumeric(row.from)} – ${dayNumeric(row.to)}`;

	if (row.from === row.to)
		return dayText(row.from, {
			weekday: 'long',
			day: 'numeric',
			month: 'long',
			year: 'numeric',
		});
	return row.period.includes('-W')
		? `${weekName(row.period)} (${days})`
		: days;
}
