import { html } from '../../../shared/web/preact.js';

function Sheets() {
	return html`<div class="page"></div>`;
}

export const sheetsScreen = { Screen: Sheets, tab: 'send' };
