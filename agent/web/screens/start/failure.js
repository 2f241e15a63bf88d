/* Why it did not work. Being offline is no fault and looks like none. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';

export function Failure({ error }) {
	const calm = error?.slug === 'offline';

	return html`<div role="alert">
		${error &&
		html`<p class=${calm ? 'strip' : 'strip strip-bad'}>
			<${Icon} name=${calm ? 'cloud-off' : 'circle-alert'} />
			<span>${error.message}</span>
		</p>`}
	</div>`;
}
