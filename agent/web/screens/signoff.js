import { html } from '../../../shared/web/preact.js';

function Signoff() {
	return html`<div class="page"></div>`;
}

export const signoffScreen = { Screen: Signoff, tab: 'month', bare: true };
