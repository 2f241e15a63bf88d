/*
 * What is the matter, in words anyone understands, and one thing to do. The
 * worst alone is shown: one cause, one action. Being offline is no trouble.
 */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { hasText, t } from '../../../../shared/web/i18n.js';
import { unreceived } from '../../state.js';

const LATE_S = 3 * 86400;
/* Why there is no connection, where people can do something about it. */
const IN_BETWEEN = ['portal', 'proxy', 'proxy_auth'];

/* {key, look, icon, act, more}: act is 'send', 'stick' or none. */
function cause(found, failure) {
	if (found.revoked)
		return { key: 'revoked', look: 'bad', icon: 'ban', act: 'stick' };
	if (found.clock && found.clock !== 'ok')
		return { key: 'clock', look: 'bad', icon: 'alarm-clock' };
	if (found.quarantined > 0)
		return { key: 'quarantined', look: 'warn', icon: 'triangle-alert' };
	const slug = failure?.slug || found.trouble;

	if (slug === 'offline') {
		const late = unreceived.value > 0 && found.age_s >= LATE_S;

		if (IN_BETWEEN.includes(found.cause))
			return {
				key: found.cause,
				look: late ? 'late' : 'warn',
				icon: 'cloud-off',
				act: 'send',
			};
		return {
			key: late ? 'offlineLong' : 'offline',
			look: late ? 'late' : 'calm',
			icon: 'cloud-off',
			act: late ? 'stick' : undefined,
		};
	}
	if (slug)
		return {
			key: hasText(`send.why_${slug}`) ? slug : 'other',
			look: 'warn',
			icon: 'triangle-alert',
			act: 'send',
			more: failure?.message || found.last_error,
		};
	if (
		found.network === 'metered' &&
		found.metered === 'wait' &&
		unreceived.value > 0
	)
		return { key: 'metered', look: 'calm', icon: 'cloud-off', act: 'send' };
	if (found.contested > 0)
		return { key: 'contested', look: 'clash', icon: 'split' };
	return null;
}

function Act({ act, onSend, onStick }) {
	if (act === 'send')
		return html`<button type="button" class="button" onClick=${onSend}>
			<${Icon} name="refresh-cw" /> ${t('send.again')}
		</button>`;
	if (act === 'stick')
		return html`<button type="button" class="button" onClick=${onStick}>
			<${Icon} name="usb" /> ${t('send.stick')}
		</button>`;
	return null;
}

export function Trouble({ found, failure, onSend, onStick }) {
	const why = cause(found, failure);

	if (!why)
		return html`<div class="strip strip-good" role="status">
			<${Icon} name="circle-check" />
			<p>
				${unreceived.value > 0
					? t('send.waiting', { n: unreceived.value })
					: t('send.allReceived')}
			</p>
		</div>`;
	return html`<div class=${`strip strip-${why.look} send-why`} role="status">
		<${Icon} name=${why.icon} />
		<div class="grow stack">
			<p>
				<strong>
					${t(`send.why_${why.key}`, {
						n: unreceived.value,
						m: found.quarantined,
					})}
				</strong>
			</p>
			<p>${t(`send.do_${why.key}`, { n: unreceived.value })}</p>
			${why.more && html`<p class="small">${why.more}</p>`}
		</div>
		<${Act} act=${why.act} onSend=${onSend} onStick=${onStick} />
	</div>`;
}
