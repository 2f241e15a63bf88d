/*
 * Envoi: what is kept here, what left, what the office has; why it does not
 * go, in plain words, with one thing to do about it.
 */
import { html, signal } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { post } from '../../../shared/web/api.js';
import { loadRoster, loadStatus, say, status, unreceived } from '../state.js';
import { Contested } from './send/contested.js';
import { Counters } from './send/counters.js';
import { Entries } from './send/entries.js';
import { Stick } from './send/stick.js';
import { Times } from './send/times.js';
import { Trouble } from './send/trouble.js';

/* A sync may wait for a slow road: longer than the page waits otherwise. */
const SYNC_MS = 180000;

const sending = signal(false);
/* What "send now" met: an error, and which attempt that was; or null. Shown
 * until the next try, the laptop's own too. */
const failure = signal(null);
const stickOpen = signal(false);

async function send() {
	sending.value = true;
	failure.value = null;
	const { data, error } = await post('sync', {}, SYNC_MS);

	sending.value = false;
	await Promise.all([loadStatus(), loadRoster()]);
	if (error)
		failure.value = { ...error, attempt: status.value?.last_attempt };
	else if (data.receipt)
		say(t('send.received', { n: data.receipt.n }));
	else
		say(t('send.upToDate'));
}

function Send() {
	const found = status.value;

	if (!found)
		return html`<div class="page"></div>`;
	const met =
		failure.value?.attempt === found.last_attempt
			? failure.value
			: null;

	return html`<div class="page stack">
		<h1 class="visually-hidden">${t('send.title')}</h1>
		<${Counters} found=${found} />
		<${Trouble}
			found=${found}
			failure=${met}
			onSend=${send}
			onStick=${() => (stickOpen.value = true)}
		/>
		<${Times} found=${found} sending=${sending.value} />
		<div class="row">
			<button
				type="button"
				class="button"
				onClick=${() => (stickOpen.value = true)}
			>
				<${Icon} name="usb" /> ${t('send.stick')}
			</button>
		</div>
		${found.contested > 0 &&
		!found.revoked &&
		html`<${Contested} />`}
		<${Entries} found=${found} />
		${stickOpen.value &&
		html`<${Stick} onClose=${() => (stickOpen.value = false)} />`}
	</div>`;
}

function SendNow() {
	const revoked = status.value?.revoked;

	return html`<button
		type="button"
		class="button button-main button-wide"
		disabled=${sending.value || revoked}
		onClick=${send}
	>
		<${Icon} name="send" />
		${sending.value
			? t('send.sending')
			: t('send.now', { n: unreceived.value })}
	</button>`;
}

export const sendScreen = { Screen: Send, Action: SendNow, tab: 'send' };
