/* How a laptop is, in words. */
import { html } from '../../../../shared/web/preact.js';
import { ago, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';

const DAY_S = 86400;
/* As server/devices.h. */
const SKEW_S = 300;

export function secondsSince(stamp) {
	return stamp ? Math.max(0, (Date.now() - Date.parse(stamp)) / 1000) : null;
}

const STATES = {
	revoked: { look: 'bad', icon: 'ban' },
	suspended: { look: 'warn', icon: 'lock' },
	lost: { look: 'bad', icon: 'circle-alert' },
	silent: { look: 'late', icon: 'clock' },
	well: { look: 'good', icon: 'circle-check' },
};

/* revoked, suspended, lost (7 days), silent (3 days) or well. */
export function stateOf(device) {
	const age = secondsSince(device.last_seen || device.enrolled);

	if (device.state !== 'active')
		return device.state;
	if (age >= 7 * DAY_S)
		return 'lost';
	return age >= 3 * DAY_S ? 'silent' : 'well';
}

export function State({ device }) {
	const state = stateOf(device);

	return html`<${Badge} ...${STATES[state]}>${t(`devices.state_${state}`)}<//>`;
}

export function seenText(device) {
	const age = secondsSince(device.last_seen);

	return age === null ? t('devices.never') : ago(age);
}

/* null: it never told. */
export function unsentText(device) {
	return device.unsent === null
		? t('devices.untold')
		: number(device.unsent);
}

export function skewText(device) {
	const far = Math.abs(device.skew_s ?? 0);
	const key = device.skew_s < 0 ? 'slow' : 'fast';

	if (device.skew_s === null)
		return t('devices.untold');
	if (far < SKEW_S)
		return t('devices.clockGood');
	return far >= 2 * DAY_S
		? t(`devices.${key}Days`, { n: Math.floor(far / DAY_S) })
		: t(`devices.${key}Minutes`, { n: Math.round(far / 60) });
}

export function isWrong(device) {
	return Math.abs(device.skew_s ?? 0) >= SKEW_S;
}
