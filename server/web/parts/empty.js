/* Nothing to show, and what to do about it. ${children}: a button or a link. */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';

export function Empty({ icon = 'circle-check', title, text, children }) {
	return html`<div class="empty">
		<${Icon} name=${icon} big=${true} />
		<p class="empty-title">${title}</p>
		${text && html`<p class="soft">${text}</p>`}
		${children}
	</div>`;
}
