/* What the columns hold, and a file to begin with. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { Download } from '../../parts/save.js';
import { Table } from '../../parts/table.js';

const columns = () => [
	{ id: 'name', label: t('import.column'), head: true, cell: (one) => html`<code>${one.name}</code>` },
	{ id: 'needed', label: t('import.needed'), cell: (one) => t(one.required ? 'import.yes' : 'import.no') },
	{ id: 'help', label: t('import.holds'), cell: (one) => one.help },
	{ id: 'example', label: t('import.example'), cell: (one) => html`<bdi>${one.example}</bdi>` },
];

export function Columns({ kind }) {
	return html`<section class="card stack" aria-labelledby="import-columns">
		<h2 id="import-columns">${kind.label}</h2>
		<p>${kind.help}</p>
		<div class="row">
			<${Download} path="import/template" members=${{ what: kind.what }}>
				${t('import.template')}
			<//>
		</div>
		<details>
			<summary>${t('import.columns')}</summary>
			<${Table}
				caption=${t('import.columnsOf', { label: kind.label })}
				hidden=${true}
				columns=${columns()}
				rows=${kind.columns}
				keyOf=${(one) => one.name}
			/>
		</details>
	</section>`;
}
