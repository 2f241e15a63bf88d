/* What a trade calls for, beside what was observed: not a mark, a list. */
import { html, useId } from '../../../../shared/web/preact.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { query, setQuery } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Table } from '../../parts/table.js';
import { Level, Part } from './words.js';

const LOOKS = {
	observed: ['good', 'circle-check'],
	unassessed: ['warn', 'circle-help'],
	never: ['', 'circle-dashed'],
};

function columns() {
	return [
		{
			id: 'skill',
			label: t('people.skill'),
			head: true,
			cell: (row) => html`<bdi>${row.label}</bdi>`,
			sort: (row) => row.label,
		},
		{
			id: 'state',
			label: t('people.state'),
			cell: (row) =>
				html`<${Badge} look=${LOOKS[row.state][0]} icon=${LOOKS[row.state][1]}>
					${t(`people.gap_${row.state}`)}
				<//>`,
			sort: (row) => row.state,
		},
		{
			id: 'level',
			label: t('people.level'),
			cell: (row) =>
				row.level
					? html`<${Level} of=${row.level} />`
					: t('people.none'),
			sort: (row) => row.level || 0,
		},
		{
			id: 'day',
			label: t('people.seenOn'),
			cell: (row) => (row.day ? dayNumeric(row.day) : t('people.none')),
			sort: (row) => row.day,
		},
	];
}

function Choose({ trades }) {
	const id = useId();

	return html`<div class="filter screen-only">
		<label for=${id}>${t('people.job')}</label>
		<select
			id=${id}
			class="input"
			value=${query('job')}
			onChange=${(event) => setQuery({ job: event.currentTarget.value })}
		>
			<option value="">${t('people.chooseJob')}</option>
			${trades.map(
				(one) =>
					html`<option key=${one.trade} value=${one.trade}>
						${t('people.jobOption', {
							trade: one.trade,
							n: one.skills,
						})}
					</option>`,
			)}
		</select>
	</div>`;
}

export function Gaps({ page }) {
	const trades = useAnswer('skills/trades');
	const gaps = page.gaps;

	return html`<${Part} title=${t('people.gaps')} text=${t('people.gapsHelp')}>
		<${Answer} of=${trades} lines=${1}>
			${(data) => html`<${Choose} trades=${data.rows} />`}
		<//>
		${gaps &&
		html`<p role="status">
				${t('people.gapsSum', {
					trade: gaps.job,
					n: gaps.observed,
					of: gaps.total,
				})}
			</p>
			<${Table}
				caption=${t('people.gaps')}
				hidden
				columns=${columns()}
				rows=${gaps.skills}
				keyOf=${(row) => `${row.catalogue}/${row.skill}`}
			/>`}
	<//>`;
}
