/* A one-use link, shown this once: as a square to scan, as a text to copy. */
import {
	html,
	useEffect,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { Qr } from '../../../../shared/web/qr.js';
import { Strip } from '../../parts/strip.js';
import { hush } from '../../state.js';

/* ${given}: the answer of user/add or user/link. It takes the place of the
 * form in the same dialog, and so the focus. */
export function Link({ given, name, onClose }) {
	const ref = useRef(null);
	/* Told here: what is behind a dialog is not read out. */
	const [told, setTold] = useState('');

	useEffect(() => {
		/* What was said of this account before is over. */
		hush();
		ref.current.focus();
	}, []);

	async function copy() {
		try {
			await navigator.clipboard.writeText(given.link);
			setTold(t('accounts.copied'));
		} catch (refused) {
			setTold(t('accounts.notCopied'));
		}
	}

	return html`<div class="stack">
		<p ref=${ref} tabindex="-1" class="accounts-hand">
			${t('accounts.hand', { name, login: given.login })}
		</p>
		<div class="accounts-link">
			${given.qr && html`<${Qr} qr=${given.qr} label=${t('accounts.qr')} />`}
			<div class="stack grow">
				<p class="accounts-until">
					<${Icon} name="clock" />
					<span>${t('accounts.until', { at: stamp(given.until) })}</span>
				</p>
				<p class="accounts-text" tabindex="0"><code>${given.link}</code></p>
				<button type="button" class="button" onClick=${copy}>
					<${Icon} name="copy" />${t('accounts.copy')}
				</button>
				<p class="accounts-told" role="status">${told}</p>
			</div>
		</div>
		<p>${t('accounts.then')}</p>
		<${Strip} look="warn"><p>${t('accounts.once')}</p><//>
		<div class="form-acts">
			<button type="button" class="button button-main" onClick=${onClose}>
				${t('ui.close')}
			</button>
		</div>
	</div>`;
}
