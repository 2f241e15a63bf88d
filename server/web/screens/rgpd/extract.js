/* One worker's extract, in one click: a page to print, and for programs. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { query, structure } from '../../route.js';
import { can } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Empty } from '../../parts/empty.js';
import { Filters, Search, holds } from '../../parts/filters.js';
import { Download } from '../../parts/save.js';
import { Table } from '../../parts/table.js';
import { Periods } from './periods.js';

const COLUMNS = () => [
	{
		id: 'name',
		label: t('rgpd.worker'),
		head: true,
		sort: (row) => row.name,
		cell: (row) =>
			html`<bdi>${row.name}</bdi> <span class="soft">${row.worker}</span>`,
	},
	{
		id: 'structure',
		label: t('rgpd.structure'),
		sort: (row) => row.structure,
		cell: (row) => row.structure,
	},
	{
		id: 'acts',
		label: t('rgpd.extract'),
		cell: (row) =>
			html`<div class="row rgpd-extracts">
				<${Download}
					path="rgpd/extract"
					members=${{ worker: row.worker, format: 'html' }}
				>
					${t('rgpd.toPrint')}
				<//>
				<${Download}
					path="rgpd/extract"
					members=${{ worker: row.worker, format: 'json' }}
				>
					${t('rgpd.toRead')}
				<//>
			</div>`,
	},
];

export function Extract() {
	const answer = useAnswer(can('people') ? 'person/list' : '');

	return html`<p>${t('rgpd.extractHelp')}</p>
		<${Filters}><${Search} name="q" label=${t('rgpd.search')} /><//>
		<${Answer} of=${answer}>
			${(data) => {
				const rows = data.rows.filter(
					(one) =>
						(!structure.value || one.structure === structure.value) &&
						(!query('q') ||
							holds(`${one.name} ${one.worker}`, query('q'))),
				);

				return rows.length === 0
					? html`<${Empty} icon="search" title=${t('rgpd.nobody')} />`
					: html`<${Table}
							caption=${t('rgpd.workers')}
							hidden=${true}
							columns=${COLUMNS()}
							rows=${rows}
							keyOf=${(row) => `${row.structure}/${row.worker}`}
						/>`;
			}}
		<//>
		<${Periods} />`;
}
