/* What is past its keeping period, and its destruction. */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayNumeric, number } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, useAnswer } from '../../ask.js';
import { structure } from '../../route.js';
import { say } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import { Reason } from '../../parts/reason.js';
import { Table } from '../../parts/table.js';
import { Periods } from './periods.js';

const COLUMNS = () => [
	{
		id: 'worker',
		label: t('rgpd.worker'),
		head: true,
		sort: (row) => row.worker_name,
		cell: (row) =>
			html`<bdi>${row.worker_name}</bdi>${' '}<span class="soft">${row.worker}</span>`,
	},
	{
		id: 'label',
		label: t('rgpd.data'),
		sort: (row) => row.label,
		cell: (row) => row.label,
	},
	{
		id: 'records',
		label: t('rgpd.records'),
		num: true,
		sort: (row) => row.records,
		cell: (row) => number(row.records),
	},
	{
		id: 'from',
		label: t('rgpd.counted'),
		sort: (row) => row.first,
		cell: (row) =>
			row.first === row.last
				? dayNumeric(row.first)
				: `${dayNumeric(row.first)} – ${dayNumeric(row.last)}`,
	},
	{
		id: 'over',
		label: t('rgpd.keptUntil'),
		sort: (row) => row.over,
		cell: (row) => dayNumeric(row.over),
	},
	{
		id: 'hold',
		label: t('rgpd.state'),
		sort: (row) => (row.hold ? 0 : 1),
		cell: (row) =>
			row.hold
				? html`<${Badge} look="warn" icon="lock">${t('rgpd.held')}<//>`
				: html`<${Badge}>${t('rgpd.mayGo')}<//>`,
	},
];

function Purge({ rows, onClose }) {
	const free = rows.filter((row) => !row.hold);
	const records = free.reduce((sum, row) => sum + row.records, 0);

	return html`<${Reason}
		title=${t('rgpd.purgeTitle')}
		text=${t('rgpd.purgeText', {
			n: records,
			m: number(free.length),
			held: number(rows.length - free.length),
		})}
		yes=${t('rgpd.purge')}
		min=${10}
		presets=${[t('rgpd.purgePreset')]}
		danger=${true}
		onYes=${async (reason) => {
			const { data, error } = await act(
				'rgpd/purge',
				{ reason, structure: structure.value || null },
				{ quiet: true, waitMs: 300000 },
			);

			if (data)
				say(t('rgpd.purged', { n: data.entries }));
			return error;
		}}
		onClose=${onClose}
	/>`;
}

export function Due() {
	const answer = useAnswer('rgpd/due', { structure: structure.value });
	const [asking, setAsking] = useState(false);

	return html`<p>${t('rgpd.dueHelp')}</p>
		<${Answer} of=${answer}>
			${(data) =>
				html`${data.rows.length === 0
					? html`<${Empty}
							title=${t('rgpd.nothingDue')}
							text=${t('rgpd.nothingDueHelp')}
						/>`
					: html`<${Table}
							caption=${t('rgpd.tab_due')}
							hidden=${true}
							columns=${COLUMNS()}
							rows=${data.rows}
							keyOf=${(row) =>
								`${row.structure}/${row.class}/${row.worker}`}
						/>`}
					<div class="row">
						<button
							type="button"
							class=${data.rows.some((row) => !row.hold)
								? 'button button-danger'
								: 'button'}
							onClick=${() => setAsking(true)}
						>
							<${Icon} name="delete" />${t('rgpd.purge')}
						</button>
					</div>
					${asking &&
					html`<${Purge}
						rows=${data.rows}
						onClose=${() => setAsking(false)}
					/>`}`}
		<//>
		<${Periods} />`;
}
