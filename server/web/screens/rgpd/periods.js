/* How long what is kept, and why. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';
import { Table } from '../../parts/table.js';

const COLUMNS = () => [
	{
		id: 'label',
		label: t('rgpd.data'),
		head: true,
		cell: (row) => row.label,
	},
	{
		id: 'months',
		label: t('rgpd.period'),
		cell: (row) =>
			row.months % 12 === 0
				? t('rgpd.years', { n: row.months / 12 })
				: t('rgpd.months', { n: row.months }),
	},
	{ id: 'source', label: t('rgpd.source'), cell: (row) => row.source },
];

export function Periods() {
	const answer = useAnswer('rgpd/periods');

	return html`<details class="rgpd-periods">
		<summary>${t('rgpd.periods')}</summary>
		<${Answer} of=${answer} lines=${3}>
			${(data) =>
				html`<${Table}
					caption=${t('rgpd.periods')}
					hidden=${true}
					columns=${COLUMNS()}
					rows=${data.rows}
					keyOf=${(row) => row.class}
				/>`}
		<//>
	</details>`;
}
