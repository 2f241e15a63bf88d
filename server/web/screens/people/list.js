/* What is due, then everybody, looked up by any word. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { can } from '../../state.js';
import { query, structure } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import { Choice, Filters, holds, Search } from '../../parts/filters.js';
import { Head } from '../../parts/head.js';
import { Table } from '../../parts/table.js';
import { DueList } from './due.js';
import { Day, hrefPerson } from './words.js';

function Due({ names }) {
	const members = structure.value ? { structure: structure.value } : {};
	const answer = useAnswer('care/due', members);

	return html`<section class="card stack">
		<h2>${t('people.due')}</h2>
		<${Answer} of=${answer} lines=${3}>
			${(data) =>
				html`<${DueList}
					rows=${data.rows}
					nameOf=${(row) =>
						names.get(`${row.structure}/${row.worker}`) ||
						row.worker}
				/>`}
		<//>
	</section>`;
}

function State({ row }) {
	if (row.late > 0)
		return html`<${Badge} look="bad" icon="circle-alert">
			${t('people.lateCount', { n: row.late })}
		<//>`;
	if (row.due > 0)
		return html`<${Badge} look="warn" icon="clock">
			${t('people.dueCount', { n: row.due })}
		<//>`;
	return html`<span class="soft">${t('people.none')}</span>`;
}

function columnsOf(full) {
	const all = [
		{
			id: 'name',
			label: t('people.name'),
			head: true,
			cell: (row) =>
				html`<a class="people-link" href=${hrefPerson(row)}
					><bdi>${row.name}</bdi></a
				>`,
			sort: (row) => row.name,
		},
		{
			id: 'worker',
			label: t('people.id'),
			cell: (row) => html`<bdi>${row.worker}</bdi>`,
			sort: (row) => row.worker,
		},
		{
			id: 'crew',
			label: t('people.crew'),
			cell: (row) => html`<bdi>${row.crew_name}</bdi>`,
			sort: (row) => row.crew_name,
		},
		{
			id: 'end',
			label: t('people.contractEnd'),
			cell: (row) => html`<${Day} of=${row.contract_end} />`,
			sort: (row) => row.contract_end,
		},
		{
			id: 'left',
			label: t('people.left'),
			cell: (row) => html`<${Day} of=${row.left} />`,
			sort: (row) => row.left,
		},
	];

	if (full)
		all.push({
			id: 'due',
			label: t('people.due'),
			cell: (row) => html`<${State} row=${row} />`,
			sort: (row) => -(row.late * 100 + row.due),
		});
	return all;
}

/* Every word, in whatever order. */
function wanted(row) {
	const crew = query('crew');
	const text = `${row.name} ${row.worker} ${row.crew_name}`;

	return (
		query('q')
			.split(/\s+/)
			.every((word) => holds(text, word)) &&
		(!crew || row.crew === crew) &&
		(query('show') === 'left' ? row.left : query('show') ? true : !row.left)
	);
}

function crewsOf(rows) {
	const crews = new Map(
		rows.filter((row) => row.crew).map((row) => [row.crew, row.crew_name]),
	);

	return [...crews].map(([value, label]) => ({ value, label }));
}

function Everybody({ rows, full }) {
	const shown = rows.filter(wanted);

	return html`<section class="stack">
		<${Filters}>
			<${Search} name="q" label=${t('people.search')} />
			<${Choice}
				name="crew"
				label=${t('people.crew')}
				all=${t('people.allCrews')}
				options=${crewsOf(rows)}
			/>
			<${Choice}
				name="show"
				label=${t('people.show')}
				all=${t('people.here')}
				options=${[
					{ value: 'left', label: t('people.gone') },
					{ value: 'all', label: t('people.everybody') },
				]}
			/>
		<//>
		<p class="visually-hidden" role="status">
			${t('people.count', { n: shown.length })}
		</p>
		${shown.length > 0
			? html`<${Table}
					caption=${t('people.count', { n: shown.length })}
					columns=${columnsOf(full)}
					rows=${shown}
					keyOf=${(row) => `${row.structure}/${row.worker}`}
					rowClass=${() => 'people-row'}
				/>`
			: html`<${Empty}
					icon="users"
					title=${t('people.nobody')}
					text=${t('people.nobodyHelp')}
				/>`}
	</section>`;
}

export function People() {
	const members = structure.value ? { structure: structure.value } : {};
	const answer = useAnswer('person/list', members);
	const full = can('accompany');
	const names = new Map(
		(answer.data?.rows || []).map((row) => [
			`${row.structure}/${row.worker}`,
			row.name,
		]),
	);

	return html`<${Head} title=${t('people.title')} text=${t('people.help')} />
		${full && html`<${Due} names=${names} />`}
		<${Answer} of=${answer}>
			${(data) =>
				html`<${Everybody} rows=${data.rows} full=${full} />`}
		<//>`;
}
