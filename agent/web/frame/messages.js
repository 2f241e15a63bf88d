/*
 * The one place where the page speaks: successes are announced and shown by
 * the screen, failures stay until they were read.
 */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { hush, message, trouble } from '../state.js';

export function Messages() {
	const said = message.value;
	const bad = trouble.value?.message || (said?.bad ? said.text : '');

	return html`
		<div class="visually-hidden" role="status">
			${said && !said.bad ? said.text : ''}
		</div>
		<div role="alert">
			${bad &&
			html`<div class="strip strip-bad complaint">
				<${Icon} name="circle-alert" />
				<p class="grow">${bad}</p>
				${!trouble.value &&
				html`<button type="button" class="button" onClick=${hush}>
					${t('frame.dismiss')}
				</button>`}
			</div>`}
		</div>
	`;
}
