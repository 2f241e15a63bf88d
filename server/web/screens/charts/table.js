/*
 * The same figures as a table, month by month, and the table as CSV that
 * spreadsheets of the reader's language open rightly.
 */
import { html } from '../../../../shared/web/preact.js';
import { monthName, number } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { language, t } from '../../../../shared/web/i18n.js';
import { say } from '../../state.js';
import { keep } from '../../parts/save.js';
import { Table } from '../../parts/table.js';

const FORMULA = /^[\s\u00a0]*[=+\-@]|^[\t\r]/;
const DIGITS = { maximumFractionDigits: 2, useGrouping: false };

/* A site may be called as a formula begins: an apostrophe keeps it a text. */
function quoted(text) {
	const safe = FORMULA.test(text) ? `'${text}` : text;

	return `"${safe.replaceAll('"', '""')}"`;
}

function csv(head, rows) {
	const separator = language.value === 'fr' ? ';' : ',';
	const lines = [
		head.map(quoted),
		...rows.map(([month, ...values]) => [
			quoted(month),
			...values.map((value) =>
				value === null ? '' : cell(number(value, DIGITS), separator),
			),
		]),
	];

	return `\ufeff${lines.map((line) => `${line.join(separator)}\r\n`).join('')}`;
}

function cell(text, separator) {
	return text.includes(separator) ? `"${text}"` : text;
}

export function Figures({ caption, file, months, series, hidden }) {
	const rows = months.map((month, i) => [
		month,
		...series.map((one) => one.values[i] ?? null),
	]);
	const columns = [
		{
			id: 'month',
			label: t('charts.month'),
			head: true,
			cell: ([month]) => monthName(month),
		},
		...series.map((one, i) => ({
			id: `s${i}`,
			label: one.name,
			num: true,
			cell: (row) =>
				row[i + 1] === null
					? hidden || '–'
					: number(row[i + 1], { maximumFractionDigits: 2 }),
		})),
	];

	function save() {
		keep(
			file,
			new Blob([csv(columns.map((one) => one.label), rows)], {
				type: 'text/csv;charset=utf-8',
			}),
		);
		say(t('parts.kept', { name: file }));
	}

	return html`<${Table}
			caption=${t('charts.tableOf', { name: caption })}
			hidden
			columns=${columns}
			rows=${rows}
			keyOf=${([month]) => month}
		/>
		<p class="screen-only">
			<button type="button" class="button" onClick=${save}>
				<${Icon} name="download" />${t('charts.csv', { name: caption })}
			</button>
		</p>`;
}
