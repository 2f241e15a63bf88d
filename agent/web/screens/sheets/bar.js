/* Above the sheets, on the screen alone: back, print, and what to choose. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { back } from '../../state.js';

export function Bar({ title, ready, children }) {
	return html`<header class="sheets-bar screen-only">
		<button type="button" class="button" onClick=${back}>
			<span class="icon-directed"><${Icon} name="chevron-left" /></span>
			${t('ui.back')}
		</button>
		<h1 class="grow">${title}</h1>
		${children}
		<button
			type="button"
			class="button button-main"
			disabled=${!ready}
			onClick=${() => print()}
		>
			<${Icon} name="printer" />${t('ui.print')}
		</button>
	</header>`;
}

/* Paper is wider than a phone: it scrolls, also by keyboard. */
export function Paper({ children }) {
	return html`<div
		class="sheets-desk"
		role="region"
		tabindex="0"
		aria-label=${t('sheets.preview')}
	>
		${children}
	</div>`;
}
