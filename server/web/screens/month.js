/*
 * Closing a month: one card a structure with how far it has come, what stands
 * in the way, and what can be done now. '#/month/2026-11?s=S1'.
 */
import { html, useState } from '../../../shared/web/preact.js';
import { monthName } from '../../../shared/web/format.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { month, query, structure } from '../route.js';
import { can } from '../state.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Choice, Filters } from '../parts/filters.js';
import { Head } from '../parts/head.js';
import { Strip } from '../parts/strip.js';
import { Card } from './month/card.js';
import { CloseAll } from './month/close_all.js';
import { blockedCount, isRunning, isToCome } from './month/words.js';

/* More cards at once help nobody. */
const SHOWN = 40;
const STATES = ['ready', 'blocked', 'closed', 'declared', 'late'];

function isIn(row, state) {
	switch (state) {
		case 'ready':
			return row.ready;
		case 'blocked':
			return row.version === 0 && blockedCount(row) > 0;
		case 'late':
			return row.late.proposals > 0;
		case 'closed':
		case 'declared':
			return row.state === state;
		default:
			return !row.empty || structure.value;
	}
}

function Found({ rows, onClose }) {
	const [shown, setShown] = useState(SHOWN);
	const wanted = rows.filter((row) => isIn(row, query('show')));
	const ready = rows.filter((row) => row.ready);

	return html`
		${rows.length > 3 &&
		html`<${Filters}>
			<${Choice}
				name="show"
				label=${t('month.show')}
				options=${STATES.map((value) => ({
					value,
					label: t(`month.show_${value}`),
				}))}
			/>
		<//>`}
		${isToCome() && html`<${Strip}>${t('month.toCome')}<//>`}
		${can('close') &&
		ready.length > 0 &&
		!isRunning() &&
		!isToCome() &&
		html`<div class="month-all card">
			<p class="grow">${t('month.readyCount', { n: ready.length })}</p>
			<button
				type="button"
				class="button button-main"
				onClick=${onClose}
			>
				<${Icon} name="lock" />${t('month.closeReady', { n: ready.length })}
			</button>
		</div>`}
		${wanted.length === 0 &&
		html`<${Empty} title=${t('month.none')} text=${t('month.noneHelp')} />`}
		<div class="month-cards">
			${wanted
				.slice(0, shown)
				.map(
					(row) =>
						html`<${Card}
							key=${row.structure}
							row=${row}
							open=${wanted.length === 1}
						/>`,
				)}
		</div>
		${wanted.length > shown &&
		html`<button
			type="button"
			class="button"
			onClick=${() => setShown(shown + SHOWN)}
		>
			${t('parts.more', { n: wanted.length - shown })}
		</button>`}
	`;
}

function Month() {
	const answer = useAnswer('month/status', {
		month: month.value,
		structure: structure.value,
	});
	const [closing, setClosing] = useState(false);

	return html`<${Head}
			title=${t('month.titleOf', { month: monthName(month.value) })}
			text=${t('month.help')}
		>
			<button type="button" class="button" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>
		<//>
		<${Answer} of=${answer}>
			${(data) =>
				html`<${Found}
					rows=${data.rows}
					onClose=${() => setClosing(true)}
				/>`}
		<//>
		${closing &&
		answer.data &&
		html`<${CloseAll}
			rows=${answer.data.rows}
			onClose=${() => setClosing(false)}
		/>`}`;
}

export const monthScreen = {
	id: 'month',
	icon: 'lock',
	title: 'month.title',
	right: 'hours_read',
	group: 'month',
	month: true,
	structure: true,
	Screen: Month,
};
