/* One structure closed; and what one may still want to see to before. */
import { html } from '../../../../shared/web/preact.js';
import { duration, monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { href, month } from '../../route.js';
import { Badge } from '../../parts/badge.js';
import { Reason } from '../../parts/reason.js';
import { Strip } from '../../parts/strip.js';
import { Ask } from './ask.js';
import { isRunning } from './words.js';

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

/* What the act is about: the office compares it with what is there then. */
export function Figures({ row }) {
	return html`<p>
		<strong>${duration(row.minutes)}</strong>${' '}
		<span class="soft">${t('month.paidOf', { n: row.workers })}</span>
	</p>`;
}

/* The month has days to come. */
export function Running() {
	return (
		isRunning() &&
		html`<${Strip} look="bad">
			${t('month.running', { month: monthName(month.value) })}
		<//>`
	);
}

/* Alerts of the rules that nobody took note of; they stop nothing. ${of}: a
 * structure, '' for all. */
export function RuleAlerts({ of }) {
	const { data } = useAnswer('rules', { month: month.value, structure: of });

	return (
		data?.open > 0 &&
		html`<${Strip} look="warn">
			<a href=${href(['rules', month.value], { s: of || null })}>
				${t('month.rulesOpen', { n: data.open })}
			</a>
		<//>`
	);
}

export function CloseOne({ row, send, onClose }) {
	const title = t('month.closeTitle', { month: monthName(month.value) });
	const close = (more) =>
		send(
			'month/close',
			{ seen: row.seen, ...more },
			t('month.closedNow', { name: row.name }),
		);
	const told = html`
		<${Running} />
		<p><strong><bdi>${row.name}</bdi></strong> <${Doubts} row=${row} /></p>
		<${Figures} row=${row} />
		<${RuleAlerts} of=${row.structure} />
		<p>${t('month.closeHelp')}</p>
	`;

	if (isRunning())
		return html`<${Reason}
			title=${title}
			yes=${t('month.closeAnywayYes')}
			min=${10}
			danger
			onYes=${(exception) => close({ exception })}
			onClose=${onClose}
		>
			${told}
		<//>`;
	return html`<${Ask}
		title=${title}
		yes=${t('month.close')}
		onYes=${() => close()}
		onClose=${onClose}
	>
		${told}
	<//>`;
}
