/*
 * A worker's week on one sheet (Code du travail, D3171-8): each day's hours,
 * by kind, with a place to sign.
 */
import { html } from '../../../../shared/web/preact.js';
import { dayText, duration } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { href, month, query } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Head } from '../../parts/head.js';
import { Strip } from '../../parts/strip.js';
import { Table } from '../../parts/table.js';
import { period, weekName } from './say.js';

function day(text) {
	return dayText(text, { weekday: 'long', day: 'numeric', month: 'long' });
}

function Slot({ slot }) {
	const times = slot.start && slot.end ? `${slot.start}–${slot.end}` : '';

	return html`<span class="rules-slot">
		${[duration(slot.minutes), slot.label, times, slot.site_name]
			.filter(Boolean)
			.join(', ')}
	</span>`;
}

/* A blank day has no sum: empty is not zero. */
function sum(row, minutes) {
	return row.slots.length > 0 ? duration(minutes) : '—';
}

function columns(week) {
	return [
		{
			id: 'day',
			label: t('rules.day'),
			head: true,
			cell: (row) => day(row.day),
		},
		{
			id: 'slots',
			label: t('rules.slots'),
			cell: (row) =>
				row.slots.length === 0 && row.contested === 0
					? t('rules.blank')
					: html`${row.slots.map(
							(slot, i) => html`<${Slot} key=${i} slot=${slot} />`,
						)}
						${row.contested > 0 &&
						html`<span class="rules-slot">
							${t('rules.contested', { n: row.contested })}
						</span>`}`,
		},
		...Object.entries(week.labels).map(([kind, label]) => ({
			id: `kind-${kind}`,
			label,
			num: true,
			cell: (row) => (row.kinds[kind] ? duration(row.kinds[kind]) : ''),
		})),
		{
			id: 'total',
			label: t('rules.total'),
			num: true,
			cell: (row) => sum(row, row.total),
		},
		{
			id: 'effective',
			label: t('rules.effective'),
			num: true,
			cell: (row) => sum(row, row.effective),
		},
	];
}

function foot(week) {
	return {
		day: t('rules.total'),
		total: duration(week.total),
		effective: duration(week.effective),
		...Object.fromEntries(
			Object.entries(week.kinds).map(([kind, minutes]) => [
				`kind-${kind}`,
				duration(minutes),
			]),
		),
	};
}

function Step({ week, to, icon, label }) {
	return html`<a
		class="button"
		href=${href(['rules', month.value, week.worker, to], {
			in: week.structure,
		})}
	>
		<span class="icon-directed"><${Icon} name=${icon} /></span>${label}
	</a>`;
}

function Sheet({ week }) {
	const name = t('rules.recapOf', { name: week.name });

	return html`<${Head}
			title=${name}
			text=${`${period({ ...week, period: week.week })} · ${week.worker} · ${week.structure_name}`}
		>
			<${Step} week=${week} to=${week.before} icon="chevron-left" label=${weekName(week.before)} />
			<${Step} week=${week} to=${week.after} icon="chevron-right" label=${weekName(week.after)} />
			<button type="button" class="button button-main" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>
		<//>
		<${Table}
			caption=${name}
			hidden
			columns=${columns(week)}
			rows=${week.days}
			keyOf=${(row) => row.day}
			foot=${foot(week)}
		/>
		${week.agreed !== null &&
		html`<p>${t('rules.agreed', { hours: duration(week.agreed) })}</p>`}
		${week.contested > 0 &&
		html`<${Strip} look="clash">
			${t('rules.contestedHelp', { n: week.contested })}
		<//>`}
		<p class="soft small">${t('rules.recapSource')}</p>
		<div class="rules-signs print-only">
			<p>${t('rules.signWorker')}</p>
			<p>${t('rules.signEmployer')}</p>
		</div>`;
}

export function Recap({ worker, week }) {
	const answer = useAnswer('rules/week', {
		worker,
		week,
		structure: query('in') || null,
	});

	return html`<p class="screen-only">
			<a href=${href(['rules', month.value])}>${t('rules.back')}</a>
		</p>
		<${Answer} of=${answer}>${(data) => html`<${Sheet} week=${data} />`}<//>`;
}
