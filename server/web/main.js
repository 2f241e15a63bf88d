/* The office's page: who are you, or the frame with a screen in it. */
import { html, render } from '../../shared/web/preact.js';
import {
	addTexts,
	chosenLanguage,
	preferredLanguage,
	setLanguage,
} from '../../shared/web/i18n.js';
import { Frame } from './frame.js';
import { Waiting } from './frame/waiting.js';
import { Login } from './screens/login.js';
import { Setup } from './screens/setup.js';
import { boot, invitation } from './route.js';
import { loadSession, session } from './state.js';
import en from './i18n/en.js';
import fr from './i18n/fr.js';

function Page() {
	const found = session.value;

	if (!found)
		return html`<${Waiting} />`;
	if (invitation.value)
		return html`<${Setup} link=${invitation.value} />`;
	if (!found.login)
		return html`<${Login} />`;
	return html`<${Frame} />`;
}

addTexts({ fr, en });
setLanguage(chosenLanguage() || preferredLanguage());
boot();
render(html`<${Page} />`, document.getElementById('app'));
void loadSession();
