/* What left the office, the last first: the log's own entries. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { monthName, number, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { month, structure } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import { Panel, Sided } from '../../parts/panel.js';
import { Table } from '../../parts/table.js';
import { Changed } from './changed.js';

function Files({ files }) {
	return html`<ul class="documents-files">
		${files.map(
			(file) =>
				html`<li key=${file.name}>
					${file.name}${' '}
					<code title=${file.sum}>${file.sum.slice(0, 12)}…</code>
				</li>`,
		)}
	</ul>`;
}

function columns(onCompare) {
	return [
		{
			id: 'at',
			label: t('documents.when'),
			head: true,
			cell: (row) => stamp(row.at),
			sort: (row) => row.at,
		},
		{
			id: 'by',
			label: t('documents.who'),
			cell: (row) => row.by,
			sort: (row) => row.by,
		},
		{
			id: 'what',
			label: t('documents.document'),
			cell: (row) =>
				html`${t(`documents.what_${row.what}`)}${' '}
				${row.provisional &&
				html`<${Badge} look="warn">${t('documents.draft')}<//>`}`,
			sort: (row) => row.what,
		},
		{
			id: 'month',
			label: t('documents.month'),
			cell: (row) => monthName(row.filter.month),
			sort: (row) => row.filter.month,
		},
		{
			id: 'structures',
			label: t('documents.structure'),
			cell: (row) =>
				row.structures.length > 3
					? number(row.structures.length)
					: row.structures.join(', '),
			sort: (row) => row.structures.join(),
		},
		{
			id: 'rows',
			label: t('documents.rows'),
			num: true,
			cell: (row) => number(row.rows),
			sort: (row) => row.rows,
		},
		{
			id: 'files',
			label: t('documents.files'),
			cell: (row) => html`<${Files} files=${row.files} />`,
		},
		{
			id: 'compare',
			label: t('documents.since'),
			cell: (row) =>
				row.what !== 'audit' &&
				html`<button
					type="button"
					class="button-icon"
					aria-label=${t('documents.compare', { at: stamp(row.at) })}
					onClick=${() => onCompare(row)}
				>
					<${Icon} name="arrow-left-right" />
				</button>`,
		},
	];
}

function Found({ rows }) {
	const [chosen, setChosen] = useState(null);

	if (rows.length === 0)
		return html`<${Empty}
			icon="files"
			title=${t('documents.none')}
			text=${t('documents.noneHelp')}
		/>`;
	return html`<${Sided}
		panel=${chosen &&
		html`<${Panel}
			key=${chosen.id}
			title=${t('documents.changed')}
			onClose=${() => setChosen(null)}
		>
			<${Changed} since=${chosen.id} />
		<//>`}
	>
		<${Table}
			caption=${t('documents.logCaption')}
			columns=${columns(setChosen)}
			rows=${rows}
			keyOf=${(row) => row.id}
		/>
	<//>`;
}

export function Log() {
	const answer = useAnswer('export/list', { month: month.value });

	return html`<${Answer} of=${answer}>
		${(data) =>
			html`<${Found}
				rows=${data.rows.filter(
					(row) =>
						!structure.value ||
						row.structures.includes(structure.value),
				)}
			/>`}
	<//>`;
}
