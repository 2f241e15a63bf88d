/*
 * A table that can be sorted, whose heads stay in sight.
 *
 *	<${Table} caption=… columns=${columns} rows=${rows} keyOf=${(row) => …} />
 *
 * A column is {id, label, cell(row), sort(row), num, head, note}: sort gives
 * what to order by (a text or a number; without it the column cannot be
 * sorted), num sets figures to the end, head makes the cell the row's name,
 * wide leaves the column what is left of the room. Rows come sorted as the
 * office gave them until a head is pressed. ${rowClass}(row) may mark a row;
 * ${foot}: a row of cells by column id, for totals.
 */
import { html, useMemo, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { language, t } from '../../../shared/web/i18n.js';

/* More at once helps nobody, and costs a slow machine. */
const SHOWN = 200;

function compare(a, b, collator) {
	if (typeof a === 'number' && typeof b === 'number')
		return a - b;
	return collator.compare(String(a ?? ''), String(b ?? ''));
}

function sorted(rows, column, down) {
	const collator = new Intl.Collator(language.value, { numeric: true });

	if (!column)
		return rows;
	return rows
		.map((row, i) => ({ row, i, by: column.sort(row) }))
		.sort(
			(a, b) =>
				(down ? -1 : 1) * compare(a.by, b.by, collator) || a.i - b.i,
		)
		.map(({ row }) => row);
}

function HeadCell({ column, sort, onSort }) {
	const mine = sort.id === column.id;
	const order = sort.down ? 'descending' : 'ascending';

	if (!column.sort)
		return html`<th scope="col" class=${column.num ? 'num' : ''}>
			${column.label}
		</th>`;
	return html`<th
		scope="col"
		class=${column.num ? 'num' : ''}
		aria-sort=${mine ? order : undefined}
	>
		<button
			type="button"
			class="table-sort"
			onClick=${() =>
				onSort({ id: column.id, down: mine && !sort.down })}
		>
			${column.label}
			<${Icon}
				name=${mine
					? sort.down
						? 'chevron-down'
						: 'chevron-up'
					: 'chevrons-up-down'}
			/>
		</button>
	</th>`;
}

function Row({ row, columns, mark }) {
	return html`<tr class=${mark}>
		${columns.map((column) =>
			column.head
				? html`<th
						key=${column.id}
						scope="row"
						class=${column.num ? 'num' : ''}
					>
						${column.cell(row)}
					</th>`
				: html`<td
						key=${column.id}
						class=${column.num ? 'num' : ''}
						data-label=${column.label}
					>
						${column.cell(row)}
					</td>`,
		)}
	</tr>`;
}

function Foot({ foot, columns }) {
	return html`<tfoot>
		<tr>
			${columns.map((column, i) =>
				i === 0
					? html`<th key=${column.id} scope="row">${foot[column.id]}</th>`
					: html`<td
							key=${column.id}
							class=${column.num ? 'num' : ''}
						>
							${foot[column.id]}
						</td>`,
			)}
		</tr>
	</tfoot>`;
}

export function Table({ caption, columns, rows, keyOf, rowClass, foot, hidden }) {
	const [sort, setSort] = useState({ id: '', down: false });
	const [shown, setShown] = useState(SHOWN);
	const all = useMemo(
		() =>
			sorted(
				rows,
				columns.find((one) => one.id === sort.id),
				sort.down,
			),
		[rows, sort.id, sort.down, language.value],
	);
	const left = all.length - shown;

	return html`<div
			class="table-box"
			role="region"
			aria-label=${caption}
			tabindex="0"
		>
			<table class="table">
				<caption class=${hidden ? 'visually-hidden' : ''}>${caption}</caption>
				<thead>
					<tr>
						${columns.map(
							(column) =>
								html`<${HeadCell}
									key=${column.id}
									column=${column}
									sort=${sort}
									onSort=${setSort}
								/>`,
						)}
					</tr>
				</thead>
				<tbody>
					${all
						.slice(0, shown)
						.map(
							(row, i) =>
								html`<${Row}
									key=${keyOf ? keyOf(row) : i}
									row=${row}
									columns=${columns}
									mark=${rowClass ? rowClass(row) : ''}
								/>`,
						)}
				</tbody>
				${foot && html`<${Foot} foot=${foot} columns=${columns} />`}
			</table>
		</div>
		${left > 0 &&
		html`<button
			type="button"
			class="button"
			onClick=${() => setShown(shown + SHOWN)}
		>
			${t('parts.more', { n: left })}
		</button>`}`;
}
