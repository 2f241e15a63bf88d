/* Before the office answered once. */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { loadSession, trouble } from '../state.js';

export function Waiting() {
	const wrong = trouble.value;

	return html`<main class="page stack" aria-busy=${!wrong}>
		<h1>Pointeau</h1>
		<p role="status">${wrong ? wrong.message : t('ui.loading')}</p>
		${wrong &&
		html`<button
			type="button"
			class="button button-main"
			onClick=${() => void loadSession()}
		>
			${t('parts.retry')}
		</button>`}
	</main>`;
}
