/* The worker's language, each by its own name. */
import { html } from '../../../../shared/web/preact.js';
import { AUTONYMS } from '../../../../shared/web/i18n.js';
import { Icon } from '../../../../shared/web/icon.js';
import workers from '../../i18n/worker.js';
import { chosenWords, tw, words } from './words.js';

export function Languages() {
	return html`<div
		class="signoff-languages"
		role="group"
		aria-label=${tw('language')}
	>
		<${Icon} name="languages" big />
		${Object.keys(workers).map(
			(code) =>
				html`<button
					key=${code}
					type="button"
					class="button"
					lang=${code}
					aria-pressed=${words.value === code}
					onClick=${() => (chosenWords.value = code)}
				>
					${AUTONYMS[code]}
				</button>`,
		)}
	</div>`;
}
