/* What is known of one thing, a line each: <dl class="facts"> around these. */
import { html } from '../../../shared/web/preact.js';

export function Fact({ label, children }) {
	return html`<div class="facts-line">
		<dt>${label}</dt>
		<dd>${children}</dd>
	</div>`;
}
