import { html } from '../../../shared/web/preact.js';

function Month() {
	return html`<div class="page"></div>`;
}

export const monthScreen = { Screen: Month, tab: 'month' };
