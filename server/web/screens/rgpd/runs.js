/* Destructions that were run, empty ones too. */
import { html } from '../../../../shared/web/preact.js';
import { number, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { structure } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Empty } from '../../parts/empty.js';
import { Table } from '../../parts/table.js';

function classesText(row) {
	return row.classes
		.map((one) =>
			t('rgpd.runClass', {
				label: one.label,
				n: one.entries,
				people: number(one.people),
			}),
		)
		.join(' ; ');
}

const COLUMNS = () => [
	{
		id: 'at',
		label: t('rgpd.when'),
		head: true,
		sort: (row) => row.at,
		cell: (row) => stamp(row.at),
	},
	{
		id: 'structure',
		label: t('rgpd.structure'),
		sort: (row) => row.structure,
		cell: (row) => row.structure,
	},
	{ id: 'by', label: t('rgpd.by'), sort: (row) => row.by, cell: (row) => row.by },
	{
		id: 'entries',
		label: t('rgpd.destroyed'),
		num: true,
		sort: (row) => row.entries,
		cell: (row) => number(row.entries),
	},
	{
		id: 'held',
		label: t('rgpd.heldCount'),
		num: true,
		sort: (row) => row.held,
		cell: (row) => number(row.held),
	},
	{
		id: 'what',
		label: t('rgpd.what'),
		cell: (row) => classesText(row) || t('rgpd.nothingGone'),
	},
	{ id: 'reason', label: t('rgpd.reason'), cell: (row) => row.reason },
];

export function Runs() {
	const answer = useAnswer('rgpd/runs');

	return html`<p>${t('rgpd.runsHelp')}</p>
		<${Answer} of=${answer}>
			${(data) => {
				const rows = data.rows.filter(
					(one) => !structure.value || one.structure === structure.value,
				);

				return rows.length === 0
					? html`<${Empty} icon="history" title=${t('rgpd.noRun')} />`
					: html`<${Table}
							caption=${t('rgpd.tab_runs')}
							hidden=${true}
							columns=${COLUMNS()}
							rows=${rows}
							keyOf=${(row) => `${row.id}/${row.structure}`}
						/>`;
			}}
		<//>`;
}
