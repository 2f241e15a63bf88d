/*
 * The one place where the page speaks: successes are announced and shown by
 * the screen, failures stay until they were read.
 */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { go, hush, message, trouble } from '../state.js';

export function Messages() {
	const said = message.value;
	const bad = trouble.value?.message || (said?.bad ? said.text : '');

	const calm = !trouble.value && said?.calm;

	return html`
		<div class="visually-hidden" role="status">
			${said && !said.bad ? said.text : ''}
		</div>
		<div role="alert">
			${bad &&
			html`<div class=${`strip complaint ${calm ? '' : 'strip-bad'}`}>
				<${Icon} name=${calm ? 'info' : 'circle-alert'} />
				<p class="grow">${bad}</p>
				${!trouble.value &&
				said.slug === 'io' &&
				html`<button
					type="button"
					class="button"
					onClick=${() => go('send')}
				>
					<${Icon} name="usb" />${t('frame.usb')}
				</button>`}
				${!trouble.value &&
				html`<button type="button" class="button" onClick=${hush}>
					${t('frame.dismiss')}
				</button>`}
			</div>`}
		</div>
	`;
}
