/* ETP realised beside ETP agreed: this month, and since the annex began. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric, monthName, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Table } from '../../parts/table.js';

/* Hundredths as a number of posts. */
function posts(hundredths) {
	return number(hundredths / 100, {
		minimumFractionDigits: 2,
		maximumFractionDigits: 2,
	});
}

function share(part, whole) {
	return whole > 0
		? number(part / whole, { style: 'percent', maximumFractionDigits: 0 })
		: '—';
}

function columns() {
	return [
		{
			id: 'annex',
			label: t('declare.annex'),
			head: true,
			cell: (row) => html`${row.annex}
				<span class="small soft declare-dates">
					${`${dayNumeric(row.start)} – ${dayNumeric(row.end)}`}
				</span>`,
		},
		{
			id: 'agreed',
			label: t('declare.agreed'),
			num: true,
			cell: (row) => posts(row.etp_posts),
		},
		{
			id: 'month',
			label: t('declare.thisMonth'),
			num: true,
			cell: (row) => html`<strong>${posts(row.month.etp)}</strong>
				<span class="small soft declare-dates">
					${t('declare.hoursOf', { n: row.month.hours })}
				</span>`,
		},
		{
			id: 'period',
			label: t('declare.soFar'),
			num: true,
			cell: (row) => html`<strong>${posts(row.period.etp)}</strong>
				<span class="small soft declare-dates">
					${t('declare.since', {
						month: monthName(row.period.first),
						n: row.period.hours,
						agreed: number(row.period.agreed),
					})}
				</span>`,
		},
		{
			id: 'share',
			label: t('declare.share'),
			num: true,
			cell: (row) => share(row.period.hours, row.period.agreed),
		},
		{
			id: 'per',
			label: t('declare.perEtp'),
			num: true,
			cell: (row) => number(row.hours_per_etp),
		},
	];
}

export function Annexes({ annexes }) {
	return html`<div class="stack">
		<h3>${t('declare.etp')}</h3>
		<${Table}
			caption=${t('declare.etp')}
			hidden
			columns=${columns()}
			rows=${annexes}
			keyOf=${(row) => row.annex}
		/>
	</div>`;
}
