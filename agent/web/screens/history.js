/*
 * A half-day's whole history, over the crew grid and the month: who, when,
 * before and after, why, and how far it has gone.
 *
 *	<${HistoryDialog} worker=ID structure=ID name=… day=… slot=…
 *		onClose=${…} onCorrect=${…} />
 *
 * Without onCorrect there is nothing to correct from here.
 */
import { html } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { dayName } from '../../../shared/web/format.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { countsSign, useAnswer } from '../ask.js';
import { slotName } from '../state.js';
import { Clash, Told } from './history/told.js';

function Rows({ rows }) {
	const live = rows.filter((row) => row.live && !row.fault);
	const clash =
		new Set(live.map((row) => JSON.stringify(row.after))).size > 1;

	if (rows.length === 0)
		return html`<p>${t('history.nothing')}</p>`;
	/* The arrows scroll it, where nothing else takes the focus. */
	return html`<div
		class="history"
		role="region"
		tabindex="0"
		aria-label=${t('history.entries')}
	>
		${clash && html`<${Clash} rows=${live} />`}
		<ol class="history-list" reversed>
			${[...rows]
				.reverse()
				.map(
					(row) =>
						html`<${Told} key=${row.hash} row=${row} clash=${clash} />`,
				)}
		</ol>
	</div>`;
}

export function HistoryDialog(props) {
	const { worker, structure, name, day, slot, onClose, onCorrect } = props;
	const { data, error } = useAnswer(
		'hours/history',
		{ worker, structure, day, slot },
		countsSign(),
	);

	return html`<${Dialog}
		title=${t('history.title', {
			name,
			slot: slotName(slot),
			day: dayName(day),
		})}
		wide
		onClose=${onClose}
		footer=${onCorrect &&
		html`<button
			type="button"
			class="button button-main"
			onClick=${onCorrect}
		>
			<${Icon} name="pencil" />${t('history.correct')}
		</button>`}
	>
		${error &&
		html`<p class="strip strip-bad" role="alert">
			<${Icon} name="circle-alert" /><span>${error.message}</span>
		</p>`}
		${!data && !error && html`<p class="soft">${t('ui.loading')}</p>`}
		${data && html`<${Rows} rows=${data.rows} />`}
	<//>`;
}
