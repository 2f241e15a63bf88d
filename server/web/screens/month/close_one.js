/* One structure closed; and what one may still want to see to before. */
import { html } from '../../../../shared/web/preact.js';
import { monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { month } from '../../route.js';
import { Badge } from '../../parts/badge.js';
import { Ask } from './ask.js';

/* Not checked, not signed: it may be closed all the same, knowingly. */
export function Doubts({ row }) {
	const missing = row.signoffs.total - row.signoffs.done;

	return html`
		${row.state === 'open' &&
		html` <${Badge} look="late">
			${t(row.checked ? 'month.checkAgain' : 'month.notChecked')}
		<//>`}
		${missing > 0 &&
		html` <${Badge} look="late">
			${t('month.unsigned', { n: missing })}
		<//>`}
		${row.signoffs.disagree > 0 &&
		html` <${Badge} look="clash">
			${t('month.disagree', { n: row.signoffs.disagree })}
		<//>`}
	`;
}

export function CloseOne({ row, send, onClose }) {
	return html`<${Ask}
		title=${t('month.closeTitle', { month: monthName(month.value) })}
		yes=${t('month.close')}
		onYes=${() =>
			send('month/close', {}, t('month.closedNow', { name: row.name }))}
		onClose=${onClose}
	>
		<p><strong><bdi>${row.name}</bdi></strong> <${Doubts} row=${row} /></p>
		<p>${t('month.closeHelp')}</p>
	<//>`;
}
