/* What was kept, and whose turn it is. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { answerText, isolated, tw } from './words.js';

/* Enough to compare with the printed sheet. */
function firstDigits(hash) {
	return `${hash.slice(0, 4)} ${hash.slice(4, 8)} ${hash.slice(8, 12)}`;
}

export function Done({ sheet, answer, hash, headRef }) {
	return html`<div class="signoff-step signoff-done">
		<${Icon} name="circle-check" big />
		<h1 ref=${headRef} tabindex="-1">${tw('thanks', { name: isolated(sheet.name) })}</h1>
		<p>${tw('kept', { answer: answerText(answer) })}</p>
		${hash && html`<p><bdi>${tw('proof', { hash: firstDigits(hash) })}</bdi></p>`}
		<p class="signoff-legal">${tw('legal')}</p>
	</div>`;
}
