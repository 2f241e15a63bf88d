/* What is not the same any more as in an export that left. */
import { html } from '../../../../shared/web/preact.js';
import { duration, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { month } from '../../route.js';
import { Badge } from '../../parts/badge.js';
import { Loading } from '../../parts/answer.js';
import { Strip } from '../../parts/strip.js';
import { Table } from '../../parts/table.js';

const LOOKS = { added: 'good', changed: 'warn', removed: 'bad' };

function minutes(value) {
	return value === undefined ? '' : duration(value);
}

function columns() {
	return [
		{
			id: 'structure',
			label: t('documents.structure'),
			cell: (row) => row.structure,
			sort: (row) => row.structure,
		},
		{
			id: 'key',
			label: t('documents.row'),
			head: true,
			cell: (row) => row.key,
			sort: (row) => row.key,
		},
		{
			id: 'change',
			label: t('documents.change'),
			cell: (row) =>
				html`<${Badge} look=${LOOKS[row.change]}>
					${t(`documents.${row.change}`)}
				<//>`,
			sort: (row) => row.change,
		},
		{
			id: 'before',
			label: t('documents.before'),
			num: true,
			cell: (row) => minutes(row.before),
			sort: (row) => row.before ?? -1,
		},
		{
			id: 'after',
			label: t('documents.after'),
			num: true,
			cell: (row) => minutes(row.after),
			sort: (row) => row.after ?? -1,
		},
	];
}

/* ${since}: an export's identifier, or 'last' of ${what} and this month. */
export function Changed({ since, what }) {
	const answer = useAnswer(
		'export/changed',
		since === 'last' ? { since, what, month: month.value } : { since },
	);

	if (answer.error)
		return html`<${Strip} look=${answer.error.status === 404 ? '' : 'warn'}>
			<p role="status">
				${answer.error.status === 404
					? t('documents.neverLeft')
					: answer.error.message}
			</p>
		<//>`;
	if (!answer.data)
		return html`<${Loading} lines=${3} />`;
	const { rows, at, added, changed, removed } = answer.data;

	if (rows.length === 0)
		return html`<${Strip} look="good">
			<p role="status">${t('documents.same', { at: stamp(at) })}</p>
		<//>`;
	return html`<${Table}
		caption=${t('documents.differs', {
			at: stamp(at),
			added,
			changed,
			removed,
		})}
		columns=${columns()}
		rows=${rows}
		keyOf=${(row) => `${row.structure}/${row.key}`}
	/>`;
}
