/* One sentence that matters: look is '', good, warn, late, bad or clash. */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';

const ICONS = {
	'': 'info',
	good: 'circle-check',
	warn: 'triangle-alert',
	late: 'clock',
	bad: 'circle-alert',
	clash: 'triangle-alert',
};

export function Strip({ look = '', icon, children }) {
	return html`<div class=${look ? `strip strip-${look}` : 'strip'}>
		<${Icon} name=${icon || ICONS[look]} />
		<div class="grow">${children}</div>
	</div>`;
}
