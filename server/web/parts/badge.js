/* A state in a word, small: an icon or a word says it, the colour helps. */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';

export function Badge({ look = '', icon, children }) {
	return html`<span class=${look ? `badge badge-${look}` : 'badge'}>
		${icon && html`<${Icon} name=${icon} />`}${children}
	</span>`;
}
