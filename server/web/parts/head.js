/* A screen's own name, a sentence below it, and its acts beside it. */
import { html } from '../../../shared/web/preact.js';

export function Head({ title, text, children }) {
	return html`<div class="screen-head">
		<div class="grow">
			<h1>${title}</h1>
			${text && html`<p class="soft">${text}</p>`}
		</div>
		${children && html`<div class="row screen-only">${children}</div>`}
	</div>`;
}
