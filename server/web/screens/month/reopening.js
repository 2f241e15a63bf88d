/* The second person closes the month anew: version n+1, which names both. What
 * stands in the way now needs the word that any closing needs. */
import { html } from '../../../../shared/web/preact.js';
import { number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Reason } from '../../parts/reason.js';
import { Strip } from '../../parts/strip.js';
import { Ask } from './ask.js';
import { Figures } from './close_one.js';
import { blockedCount, blockersText, byText } from './words.js';

export function Confirmation({ row, send, onClose }) {
	const n = number(row.version + 1);
	const title = t('month.confirmReopen');
	const yes = t('month.confirmYes', { n });
	const confirm = (more) =>
		send(
			'month/reopen',
			{ confirm: true, seen: row.seen, ...more },
			t('month.reopened', { n }),
		);
	const told = html`
		<p>${t('month.asked', { by: byText(row.reopening) })}</p>
		<p>${t('month.quoted', { reason: row.reopening.reason })}</p>
		<p>${t('month.confirmHelp')}</p>
		<${Figures} row=${row} />
	`;

	if (blockedCount(row) > 0)
		return html`<${Reason}
			title=${title}
			yes=${yes}
			min=${10}
			danger
			onYes=${(exception) => confirm({ exception })}
			onClose=${onClose}
		>
			${told}
			<${Strip} look="warn">
				${t('month.closeAnywayHelp', {
					what: blockersText(row.blockers),
				})}
			<//>
		<//>`;
	return html`<${Ask}
		title=${title}
		yes=${yes}
		onYes=${() => confirm()}
		onClose=${onClose}
	>
		${told}
	<//>`;
}
