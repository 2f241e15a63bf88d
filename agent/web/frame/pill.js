/*
 * Always there, even at zero: how many entries the office has not received.
 * Offline is no fault and looks like none.
 */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { number } from '../../../shared/web/format.js';
import { t } from '../../../shared/web/i18n.js';
import { go, status, trouble, unreceived } from '../state.js';

const DAY_S = 86400;

/* The state's word and looks: {name, icon, look}. */
export function syncState(found) {
	if (!found)
		return { name: 'pillSync', icon: 'refresh-cw', look: 'calm' };
	if (found.revoked)
		return { name: 'pillBlocked', icon: 'ban', look: 'bad' };
	if (found.quarantined > 0 || found.contested > 0)
		return { name: 'pillTrouble', icon: 'triangle-alert', look: 'warn' };
	if (found.trouble && found.trouble !== 'offline')
		return { name: 'pillTrouble', icon: 'triangle-alert', look: 'warn' };
	if (found.trouble === 'offline')
		return { name: 'pillOffline', icon: 'cloud-off', look: 'calm' };
	if (unreceived.value > 0)
		return { name: 'pillWaiting', icon: 'cloud-upload', look: 'calm' };
	return { name: 'pillOk', icon: 'check-check', look: 'good' };
}

/* Orange after three days without a receipt, red after seven. */
function ageLook(found, look) {
	if (unreceived.value === 0 || !found || !(found.age_s > 0))
		return look;
	if (found.age_s >= 7 * DAY_S)
		return 'bad';
	return found.age_s >= 3 * DAY_S ? 'late' : look;
}

export function Pill() {
	const found = status.value;
	const { name, icon, look } = trouble.value
		? { name: 'pillStopped', icon: 'circle-alert', look: 'bad' }
		: syncState(found);
	const n = unreceived.value;
	return html`<button
		type="button"
		class=${`pill pill-${ageLook(found, look)}`}
		onClick=${() => go('send')}
	>
		<${Icon} name=${icon} />
		<span class="pill-count" aria-hidden="true">${number(n)}</span>
		<span class="pill-word">${t(`frame.${name}`)}</span>
		<span class="visually-hidden">${t('frame.pill', { n })}</span>
	</button>`;
}
