/* What the closing's parts say alike. */
import { number, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { month } from '../../route.js';
import { today, who } from '../../state.js';

export const WHYS = ['contested', 'doubled', 'missing', 'unknown'];

/* The month has days to come, or nothing else. */
export function isRunning() {
	return month.value === today.value.slice(0, 7);
}

export function isToCome() {
	return month.value > today.value.slice(0, 7);
}

export function blockedCount(row) {
	return WHYS.reduce((sum, why) => sum + row.blockers[why], 0);
}

/* "2 contestés, 5 demi-journées sans saisie" */
export function blockersText(counts) {
	return WHYS.filter((why) => counts[why] > 0)
		.map((why) => t(`month.count_${why}`, { n: counts[why] }))
		.join(', ');
}

/* Who did something: an account's login, or the server's console. */
export function personName(person) {
	if (person && person === who.value?.login)
		return t('month.you');
	return person || t('month.console');
}

export function byText(told) {
	return t('month.by', {
		who: personName(told.person),
		at: stamp(told.at),
	});
}

/* 3 h 30, −3 h 30: minutes that may be fewer. */
export function signed(minutes, duration) {
	if (minutes < 0)
		return `−${duration(-minutes)}`;
	return `+${duration(minutes)}`;
}

export function ofTotal(n, all) {
	return `${number(n)}/${number(all)}`;
}
