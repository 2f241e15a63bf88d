/*
 * The one place where the page speaks: successes are told for a moment and to
 * screen readers, failures stay until they were read.
 */
import { html, useEffect } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { again } from '../ask.js';
import { hush, message, trouble } from '../state.js';

const SHOWN_MS = 8000;

function Good({ said }) {
	useEffect(() => {
		const timer = setTimeout(() => {
			if (message.value?.id === said.id)
				hush();
		}, SHOWN_MS);

		return () => clearTimeout(timer);
	}, [said.id]);
	return html`<p class="strip strip-good said">
		<${Icon} name="check" />${said.text}
	</p>`;
}

function Bad({ text, calm }) {
	const stopped = Boolean(trouble.value);

	return html`<div class=${calm ? 'strip said' : 'strip strip-bad said'}>
		<${Icon} name=${calm ? 'info' : 'circle-alert'} />
		<p class="grow">${text}</p>
		<button
			type="button"
			class="button"
			onClick=${stopped ? again : hush}
		>
			${t(stopped ? 'parts.retry' : 'frame.dismiss')}
		</button>
	</div>`;
}

export function Messages() {
	const said = message.value;
	const bad = trouble.value?.message || (said?.bad ? said.text : '');

	return html`
		<div role="status" class="says">
			${said && !said.bad && html`<${Good} key=${said.id} said=${said} />`}
		</div>
		<div role="alert" class="says">
			${bad &&
			html`<${Bad} text=${bad} calm=${!trouble.value && said?.calm} />`}
		</div>
	`;
}
