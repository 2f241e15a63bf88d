/* Contracts and crews, one after the other. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric, duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { Table } from '../../parts/table.js';
import { Day, Part } from './words.js';

/* Before any date: hours come before papers. */
const ALWAYS = '1900-01-01';

function contractColumns() {
	return [
		{
			id: 'id',
			label: t('people.contract'),
			head: true,
			cell: (row) => html`<bdi>${row.id}</bdi>`,
		},
		{
			id: 'kind',
			label: t('people.contractKind'),
			cell: (row) => html`<bdi>${row.kind || t('people.none')}</bdi>`,
		},
		{
			id: 'start',
			label: t('people.from'),
			cell: (row) => html`<${Day} of=${row.start} />`,
			sort: (row) => row.start,
		},
		{
			id: 'end',
			label: t('people.to'),
			cell: (row) => html`<${Day} of=${row.real_end || row.end} />`,
			sort: (row) => row.real_end || row.end,
		},
		{
			id: 'weekly',
			label: t('people.weekly'),
			num: true,
			cell: (row) =>
				row.weekly ? duration(row.weekly) : t('people.none'),
		},
		{
			id: 'annex',
			label: t('people.annex'),
			cell: (row) => html`<bdi>${row.annex || t('people.none')}</bdi>`,
		},
		{
			id: 'current',
			label: t('people.state'),
			cell: (row) =>
				row.current
					? html`<${Badge} look="good" icon="circle-check">
							${t('people.current')}
						<//>`
					: t('people.past'),
		},
	];
}

function Crew({ row }) {
	const since =
		row.from === ALWAYS
			? t('people.always')
			: t('people.since', { day: dayNumeric(row.from) });

	return html`<li>
		<bdi>${row.name}</bdi>, ${since}${row.to &&
		`, ${t('people.untilDay', { day: dayNumeric(row.to) })}`}
	</li>`;
}

export function Contracts({ page }) {
	return html`<${Part} title=${t('people.contracts')}>
			${page.contracts.length > 0
				? html`<${Table}
						caption=${t('people.contracts')}
						hidden
						columns=${contractColumns()}
						rows=${page.contracts}
						keyOf=${(row) => row.id}
					/>`
				: html`<p class="soft">${t('people.noContracts')}</p>`}
		<//>
		<${Part} title=${t('people.crews')}>
			${page.crews.length > 0
				? html`<ul class="people-facts">
						${page.crews.map(
							(row, i) => html`<${Crew} key=${i} row=${row} />`,
						)}
					</ul>`
				: html`<p class="soft">${t('people.noCrews')}</p>`}
		<//>`;
}
