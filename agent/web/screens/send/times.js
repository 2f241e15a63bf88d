/* When it last worked, when it was last tried, when it will be tried. */
import { html } from '../../../../shared/web/preact.js';
import { ago, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

function since(at) {
	return (Date.now() - new Date(at).getTime()) / 1000;
}

function When({ name, at, none, far }) {
	return html`<div class="send-time">
		<dt>${name}</dt>
		<dd>
			${at
				? html`<strong>${stamp(at)}</strong> ${far && html`(${far})`}`
				: none}
		</dd>
	</div>`;
}

export function Times({ found, sending }) {
	const last = found.last_success;

	return html`<dl class="card send-times" aria-live="polite">
		<${When}
			name=${t('send.lastSuccess')}
			at=${last}
			none=${t('send.never')}
			far=${last && since(last) >= 60 ? ago(since(last)) : ''}
		/>
		<${When}
			name=${t('send.lastAttempt')}
			at=${found.last_attempt}
			none=${t('send.never')}
		/>
		<${When}
			name=${t('send.nextAttempt')}
			at=${sending ? null : found.next_attempt}
			none=${sending ? t('send.underWay') : t('send.soon')}
		/>
		${found.network &&
		html`<div class="send-time">
			<dt>${t('send.network')}</dt>
			<dd>${t(`send.network_${found.network}`)}</dd>
		</div>`}
	</dl>`;
}
