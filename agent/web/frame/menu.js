/* Who is here, the lock, the language, and what to print for a breakdown. */
import { html } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { LanguageSwitch } from '../../../shared/web/languages.js';
import { complain, go, lock, session, who } from '../state.js';

function Line({ icon, label, onClick }) {
	return html`<button
		type="button"
		class="button button-wide menu-line"
		onClick=${onClick}
	>
		<${Icon} name=${icon} />
		<span>${label}</span>
	</button>`;
}

export function MenuDialog({ onClose }) {
	async function leave() {
		const { error } = await lock();

		onClose();
		if (error)
			complain(error);
	}

	function then(what) {
		onClose();
		what();
	}

	return html`<${Dialog}
		title=${t('frame.signedInAs', { name: who.value.name })}
		onClose=${onClose}
	>
		<${Line} icon="lock" label=${t('frame.lock')} onClick=${leave} />
		<${Line}
			icon="key-round"
			label=${t('frame.changePin')}
			onClick=${() => then(() => go('pin'))}
		/>
		<${Line}
			icon="printer"
			label=${t('frame.sheets')}
			onClick=${() => then(() => go('sheets'))}
		/>
		<${LanguageSwitch} />
		<p class="small soft">
			${t('frame.version', {
				version: session.value.version,
				device: session.value.device,
			})}
		</p>
	<//>`;
}
