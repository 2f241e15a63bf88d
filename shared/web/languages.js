/* The language, each by its own name. */
import { html } from './preact.js';
import { AUTONYMS, chooseLanguage, language, languages, t } from './i18n.js';

export function LanguageSwitch() {
	return html`<div
		class="row"
		role="group"
		aria-label=${t('ui.language')}
	>
		${languages().map(
			(code) =>
				html`<button
					key=${code}
					type="button"
					class="button"
					lang=${code}
					aria-pressed=${language.value === code}
					onClick=${() => chooseLanguage(code)}
				>
					${AUTONYMS[code]}
				</button>`,
		)}
	</div>`;
}
