/* A QR code, {size, path} as the programs make it. ${label} says what it is
 * for; what it holds stands in letters beside it. */
import { html } from './preact.js';

export function Qr({ qr, label }) {
	return html`<svg
		class="qr"
		role="img"
		aria-label=${label}
		viewBox=${`0 0 ${qr.size} ${qr.size}`}
	>
		<path d=${qr.path} />
	</svg>`;
}
