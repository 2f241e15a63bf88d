/* What stops the work, each with its cause and one thing to do. */
import { computed, html, signal } from '../../../../shared/web/preact.js';
import { dayLong, stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { go, loadSession, session, status, unreceived } from '../../state.js';

/* "4F-2A" of a device's long identifier: short enough for a phone. */
export function shortDevice(id) {
	const hex = (id || '').replace(/[^0-9a-f]/gi, '').slice(-4).toUpperCase();

	return hex.length === 4 ? `${hex.slice(0, 2)}-${hex.slice(2)}` : id || '—';
}

/* The day for which somebody said that the clock is right. */
const trusted = signal('');

export const clockDoubted = computed(
	() =>
		Boolean(status.value?.clock) &&
		status.value.clock !== 'ok' &&
		trusted.value !== session.value.today,
);

export function NoCrew({ crew, onMore }) {
	return html`<div class="page stop">
		<${Icon} name="users" big />
		<h1>${t(crew ? 'crew.nobody' : 'crew.noCrew')}</h1>
		<p class="big">${t('crew.callOffice')}</p>
		<p>
			${t('crew.device', { device: shortDevice(session.value.device) })}
		</p>
		<button
			type="button"
			class="button button-main"
			onClick=${() => go('send')}
		>
			<${Icon} name="refresh-cw" />${t('crew.fetch')}
		</button>
		${crew &&
		html`<button type="button" class="button" onClick=${onMore}>
			<${Icon} name="user-plus" />${t('crew.newcomer')}
		</button>`}
	</div>`;
}

export function Revoked() {
	return html`<div class="page stop">
		<${Icon} name="ban" big />
		<h1>${t('crew.revoked')}</h1>
		<p>${t('crew.revokedWhy')}</p>
		<p>
			${t('crew.device', { device: shortDevice(session.value.device) })}
		</p>
		${unreceived.value > 0 &&
		html`<p class="strip strip-warn">
			<${Icon} name="usb" />
			<span>${t('crew.revokedKept', { n: unreceived.value })}</span>
		</p>`}
		<button
			type="button"
			class="button button-main"
			onClick=${() => go('send')}
		>
			${t('crew.revokedDo')}
		</button>
	</div>`;
}

export function ClockDoubt() {
	const now = session.value;

	return html`<div class="page stop">
		<${Icon} name="alarm-clock" big />
		<h1>${t('crew.clock')}</h1>
		<p class="stop-date">${dayLong(now.today)}</p>
		<p class="big">
			${stamp(now.now, { hour: '2-digit', minute: '2-digit' })}
		</p>
		<p>${t(`crew.clock_${status.value.clock}`)}</p>
		<button
			type="button"
			class="button button-main"
			onClick=${() => (trusted.value = now.today)}
		>
			<${Icon} name="check" />${t('crew.clockRight')}
		</button>
		<p>${t('crew.clockWrong')}</p>
		<button type="button" class="button" onClick=${() => loadSession()}>
			<${Icon} name="refresh-cw" />${t('crew.clockAgain')}
		</button>
	</div>`;
}
