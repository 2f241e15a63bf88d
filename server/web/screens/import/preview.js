/* What the file would do: every fault by its row, else what is added and what
 * changes, and one button. */
import { html, useEffect, useRef } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { Loading } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Strip } from '../../parts/strip.js';
import { Table } from '../../parts/table.js';

function Faults({ data }) {
	const left = data.fault_count - data.faults.length;
	const columns = [
		{
			id: 'line',
			label: t('import.line'),
			num: true,
			head: true,
			cell: (one) => one.line,
			sort: (one) => one.line,
		},
		{
			id: 'column',
			label: t('import.column'),
			cell: (one) => one.column || t('import.wholeRow'),
			sort: (one) => one.column,
		},
		{
			id: 'value',
			label: t('import.value'),
			cell: (one) => html`<bdi>${one.value}</bdi>`,
		},
		{ id: 'why', label: t('import.why'), cell: (one) => one.why },
	];

	return html`<${Strip} look="bad">
			<p role="alert">${t('import.faults', { n: data.fault_count })}</p>
		<//>
		<${Table}
			caption=${t('import.faultsTable')}
			hidden=${true}
			columns=${columns}
			rows=${data.faults}
		/>
		${left > 0 && html`<p>${t('import.otherFaults', { n: left })}</p>`}`;
}

function Rows({ data }) {
	const shown = data.rows.length;
	const all = data.added + data.changed;
	const columns = [
		{
			id: 'line',
			label: t('import.line'),
			num: true,
			cell: (one) => one.line,
		},
		{
			id: 'state',
			label: t('import.state'),
			cell: (one) =>
				html`<${Badge} look=${one.state === 'added' ? 'good' : 'warn'}>
					${t(`import.state_${one.state}`)}
				<//>`,
			sort: (one) => one.state,
		},
		...data.columns.map((name, i) => ({
			id: name,
			label: name,
			cell: (one) => html`<bdi>${one.cells[i]}</bdi>`,
			sort: (one) => one.cells[i],
		})),
	];

	return html`<${Table}
			caption=${t('import.rows')}
			hidden=${true}
			columns=${columns}
			rows=${data.rows}
			keyOf=${(one) => one.line}
		/>
		${all > shown &&
		html`<p class="soft">${t('import.otherRows', { n: all - shown })}</p>`}`;
}

function Counts({ data }) {
	return html`<p class="import-counts">
		<span><strong>${data.added}</strong> ${t('import.added', { n: data.added })}</span>
		<span><strong>${data.changed}</strong> ${t('import.changed', { n: data.changed })}</span>
		<span><strong>${data.unchanged}</strong> ${t('import.unchanged', { n: data.unchanged })}</span>
	</p>`;
}

function Found({ data }) {
	const nothing = data.added + data.changed === 0;

	return html`
		${data.unknown.length > 0 &&
		html`<${Strip} look="warn">
			<p>${t('import.unknown', { columns: data.unknown.join(', ') })}</p>
		<//>`}
		${data.warnings.length > 0 &&
		html`<${Strip} look="warn">
			${data.warnings.map((text) => html`<p key=${text}>${text}</p>`)}
		<//>`}
		${data.fault_count > 0
			? html`<${Faults} data=${data} />`
			: html`<${Counts} data=${data} />
					${nothing
						? html`<${Strip} look="good">
								<p>${t('import.same')}</p>
							<//>`
						: html`<${Rows} data=${data} />`}`}
	`;
}

export function Preview({ kind, given }) {
	const { file, found, busy, take, forget } = given;
	const title = useRef(null);
	const ready =
		found?.data &&
		found.data.fault_count === 0 &&
		found.data.added + found.data.changed > 0;

	/* The file's field is gone: what it brought is read next. */
	useEffect(() => title.current.focus(), [file]);
	return html`<section class="stack" aria-labelledby="import-preview">
		<h2 id="import-preview" tabindex="-1" ref=${title}>
			${t('import.preview', { name: file.name })}
		</h2>
		${!found && html`<${Loading} />`}
		${found?.error &&
		html`<${Strip} look="bad">
			<p role="alert" class="import-error">${found.error.message}</p>
		<//>`}
		${found?.data && html`<${Found} data=${found.data} />`}
		<div class="row">
			${ready &&
			html`<button
				type="button"
				class="button button-main"
				aria-disabled=${busy ? 'true' : undefined}
				onClick=${() => !busy && void take(kind.label)}
			>
				<${Icon} name="check" />
				${busy
					? t('ui.saving')
					: t('import.take', { n: found.data.added + found.data.changed })}
			</button>`}
			<button type="button" class="button" onClick=${forget}>
				${t(ready ? 'ui.cancel' : 'import.otherFile')}
			</button>
		</div>
	</section>`;
}
