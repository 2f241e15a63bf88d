/* What a document would have: how many rows, and the first of them. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric, duration, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { Loading } from '../../parts/answer.js';
import { Strip } from '../../parts/strip.js';
import { Table } from '../../parts/table.js';

function cellText(value, type) {
	if (value === '')
		return '';
	if (type === 'minutes' && typeof value === 'number')
		return value < 0 ? `−${duration(-value)}` : duration(value);
	if (typeof value === 'number')
		return number(value);
	return type === 'date' ? dayNumeric(value) : value;
}

function Rows({ data }) {
	const columns = data.columns.map((column, i) => ({
		id: String(i),
		label: column.title,
		num: column.type === 'number' || column.type === 'minutes',
		head: i === 0,
		cell: (row) => cellText(row[i], column.type),
		sort: (row) => row[i],
	}));

	return html`<${Table}
		caption=${data.rows.length < data.count
			? t('documents.firstRows', { n: data.rows.length, all: data.count })
			: t('documents.allRows', { n: data.count })}
		columns=${columns}
		rows=${data.rows}
	/>`;
}

export function Preview({ what, members }) {
	const answer = useAnswer(`export/preview/${what}`, members);

	if (answer.error)
		return html`<${Strip} look=${answer.error.status === 404 ? '' : 'bad'}>
			<p role="status" class="documents-lines">${answer.error.message}</p>
		<//>`;
	if (!answer.data)
		return html`<${Loading} lines=${4} />`;
	return html`${answer.data.provisional &&
		html`<${Strip} look="warn"><p>${t('documents.provisional')}</p><//>`}
		${answer.data.unprintable &&
		html`<${Strip} look="warn">
			<p>
				${t('documents.unprintable', {
					names: answer.data.unprintable,
				})}
			</p>
		<//>`}
		<${Rows} data=${answer.data} />`;
}
