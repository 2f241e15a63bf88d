/* A question before an act, and what the office answers to it. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { Strip } from '../../parts/strip.js';

/* ${onYes} gives an error, which stays here, or null, which closes it. */
export function Ask({ title, yes, onYes, onClose, children }) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function go() {
		if (busy)
			return;
		setBusy(true);
		const wrong = await onYes();

		setBusy(false);
		setError(wrong || null);
		if (!wrong)
			onClose();
	}

	return html`<${Dialog}
		title=${title}
		onClose=${onClose}
		steady=${busy}
		footer=${html`
			<button type="button" class="button" onClick=${onClose}>
				${t('ui.cancel')}
			</button>
			<button
				type="button"
				class="button button-main"
				data-autofocus=${true}
				aria-disabled=${busy ? 'true' : undefined}
				onClick=${go}
			>
				${busy ? t('ui.saving') : yes}
			</button>
		`}
	>
		<div class="stack">
			<div role="alert">
				${error && html`<${Strip} look="bad">${error.message}<//>`}
			</div>
			${children}
		</div>
	<//>`;
}
