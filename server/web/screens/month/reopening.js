/* The second person closes the month anew: version n+1, which names both. */
import { html } from '../../../../shared/web/preact.js';
import { number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Ask } from './ask.js';
import { byText } from './words.js';

export function Confirmation({ row, send, onClose }) {
	return html`<${Ask}
		title=${t('month.confirmReopen')}
		yes=${t('month.confirmYes', { n: number(row.version + 1) })}
		onYes=${() =>
			send(
				'month/reopen',
				{ confirm: true },
				t('month.reopened', { n: number(row.version + 1) }),
			)}
		onClose=${onClose}
	>
		<p>${t('month.asked', { by: byText(row.reopening) })}</p>
		<p>${t('month.quoted', { reason: row.reopening.reason })}</p>
		<p>${t('month.confirmHelp')}</p>
	<//>`;
}
