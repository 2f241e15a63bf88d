/* The supervisor's page: start, lock, or the frame with a screen in it. */
import { html, render } from '../../shared/web/preact.js';
import {
	addTexts,
	chosenLanguage,
	preferredLanguage,
	setLanguage,
	t,
} from '../../shared/web/i18n.js';
import { Frame } from './frame.js';
import { Start } from './screens/start.js';
import { boot, session, trouble } from './state.js';
import en from './i18n/en.js';
import fr from './i18n/fr.js';
import workers from './i18n/worker.js';

function Page() {
	const found = session.value;

	if (!found)
		return html`<main class="page" aria-busy=${!trouble.value}>
			<p role="status">
				${trouble.value ? trouble.value.message : t('ui.loading')}
			</p>
		</main>`;
	if (!found.enrolled || found.locked || !found.who)
		return html`<${Start} />`;
	return html`<${Frame} />`;
}

addTexts({ fr, en });
addTexts(workers);
setLanguage(chosenLanguage() || preferredLanguage());
render(html`<${Page} />`, document.getElementById('app'));
void boot();
