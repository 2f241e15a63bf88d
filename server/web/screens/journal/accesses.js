/* Who read whose data, within a year. */
import { html } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { hasText, t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { query } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Empty } from '../../parts/empty.js';
import { Filters } from '../../parts/filters.js';
import { Table } from '../../parts/table.js';
import { Typed } from './typed.js';

/* What was read, in words: the call's name otherwise. */
function whatText(what) {
	const key = `journal.read_${what.replace(/[^a-z]/g, '_')}`;

	return hasText(key) ? t(key) : what;
}

const COLUMNS = () => [
	{
		id: 'at',
		label: t('journal.when'),
		head: true,
		sort: (row) => row.at,
		cell: (row) => stamp(row.at),
	},
	{
		id: 'who',
		label: t('journal.who'),
		sort: (row) => row.who,
		cell: (row) => html`<bdi>${row.who}</bdi>`,
	},
	{
		id: 'what',
		label: t('journal.what'),
		sort: (row) => whatText(row.what),
		cell: (row) => whatText(row.what),
	},
	{
		id: 'worker',
		label: t('journal.worker'),
		sort: (row) => row.worker,
		cell: (row) => html`<bdi>${row.worker}</bdi>`,
	},
];

export function Accesses() {
	const members = Object.fromEntries(
		[
			['who', query('login')],
			['worker', query('worker')],
			['limit', '1000'],
		].filter(([, value]) => value),
	);
	const answer = useAnswer('access/list', members);

	return html`<p class="soft">${t('journal.accessHelp')}</p>
		<${Filters}>
			<${Typed} name="login" label=${t('journal.who')} />
			<${Typed} name="worker" label=${t('journal.worker')} />
		<//>
		<${Answer} of=${answer}>
			${(data) =>
				data.rows.length === 0
					? html`<${Empty} title=${t('journal.noAccess')} />`
					: html`<${Table}
							caption=${t('journal.tabAccess')}
							hidden=${true}
							columns=${COLUMNS()}
							rows=${data.rows}
						/>`}
		<//>`;
}
