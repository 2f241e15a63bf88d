/* One kind of document: how it is wanted, what is in it, and the file. */
import { html, useEffect, useId, useRef, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { get, useAnswer } from '../../ask.js';
import { month, structure } from '../../route.js';
import { can, tell } from '../../state.js';
import { Download } from '../../parts/save.js';
import { Changed } from './changed.js';
import { Preview } from './preview.js';

/* A choice among few, beside its label. */
function Choose({ label, value, options, onChange }) {
	const id = useId();

	return html`<div class="filter">
		<label for=${id}>${label}</label>
		<select
			id=${id}
			class="input"
			value=${value}
			onChange=${(event) => onChange(event.currentTarget.value)}
		>
			${options.map(
				(one) =>
					html`<option key=${one.value} value=${one.value}>
						${one.label}
					</option>`,
			)}
		</select>
	</div>`;
}

function Projects({ value, onChange }) {
	const answer = useAnswer('project/list');
	const rows = (answer.data?.rows || []).filter(
		(one) => !structure.value || one.structure === structure.value,
	);
	const options = rows.map((one) => ({
		value: one.project,
		label: t('documents.projectOf', { name: one.name, n: one.people }),
	}));

	options.unshift({ value: '', label: t('documents.noProject') });
	return html`<${Choose}
		label=${t('documents.project')}
		value=${value}
		options=${options}
		onChange=${onChange}
	/>`;
}

function Columns({ value, onChange }) {
	const id = useId();

	return html`<details class="documents-columns">
		<summary>${t('documents.columns')}</summary>
		<div class="field">
			<label for=${id}>${t('documents.columnsLabel')}</label>
			<p class="field-help" id=${`${id}-help`}>
				${t('documents.columnsHelp')}
			</p>
			<textarea
				id=${id}
				class="input documents-map"
				rows="5"
				spellcheck=${false}
				aria-describedby=${`${id}-help`}
				placeholder=${t('documents.columnsExample')}
				value=${value}
				onInput=${(event) => onChange(event.currentTarget.value)}
			></textarea>
		</div>
	</details>`;
}

function Options({ kind, wanted, set }) {
	return html`${(kind.by || kind.project) &&
		html`<div class="filters screen-only">
			${kind.by &&
			html`<${Choose}
				label=${t('documents.by')}
				value=${wanted.by || kind.by[0]}
				options=${kind.by.map((by) => ({
					value: by,
					label: t(`documents.by_${by}`),
				}))}
				onChange=${(by) => set({ by })}
			/>`}
			${kind.project &&
			html`<${Projects}
				value=${wanted.project || ''}
				onChange=${(project) => set({ project })}
			/>`}
		</div>`}
		${kind.columns &&
		html`<${Columns}
			value=${wanted.columns || ''}
			onChange=${(columns) => set({ columns })}
		/>`}`;
}

/* What was asked for, below: there it is looked at and read out, also when the
 * button was at the end of the screen. */
function More({ open, kind, members }) {
	const ref = useRef(null);

	useEffect(() => {
		const region = ref.current;
		/* The answer makes it grow, which the screen's end may need. */
		const watch = new ResizeObserver(() => {
			region.scrollIntoView({ block: 'start' });
			if (!region.querySelector('[aria-busy="true"]'))
				watch.disconnect();
		});

		region.focus({ preventScroll: true });
		watch.observe(region);
		return () => watch.disconnect();
	}, [open]);
	return html`<div
		ref=${ref}
		tabindex="-1"
		role="region"
		class="stack documents-more"
		aria-label=${t(`documents.${open}`)}
	>
		${open === 'preview'
			? html`<${Preview} what=${kind.id} members=${members} />`
			: html`<${Changed} since="last" what=${kind.id} />`}
	</div>`;
}

/* A PDF's letters are few: whose names it has in boxes is told at once. */
async function warn(kind, members) {
	const { data } = await get(`export/preview/${kind.id}`, {
		...members,
		limit: 0,
	});

	if (data?.unprintable)
		tell(t('documents.unprintable', { names: data.unprintable }));
}

export function Kind({ kind }) {
	const [wanted, setWanted] = useState({});
	const [open, setOpen] = useState('');
	const id = useId();
	const members = {
		...wanted,
		month: month.value,
		structure: structure.value,
	};
	const views = [
		['preview', 'table-2'],
		['changed', 'arrow-left-right'],
	];

	return html`<section class="card stack" aria-labelledby=${id}>
		<div>
			<h2 id=${id}>${t(`documents.what_${kind.id}`)}</h2>
			<p class="soft">${t(`documents.about_${kind.id}`)}</p>
		</div>
		<${Options}
			kind=${kind}
			wanted=${wanted}
			set=${(some) => setWanted({ ...wanted, ...some })}
		/>
		<div class="row screen-only">
			${kind.formats.map(
				(format, i) =>
					html`<${Download}
						key=${format}
						path=${`export/${kind.id}`}
						members=${{ ...members, format }}
						acts=${true}
						main=${i === 0}
						onKept=${format === 'pdf' && (() => warn(kind, members))}
					>
						${t(`documents.as_${format}`)}
					<//>`,
			)}
			${views.map(
				([view, icon]) =>
					html`<button
						key=${view}
						type="button"
						class="button button-quiet"
						aria-expanded=${open === view ? 'true' : 'false'}
						onClick=${() => setOpen(open === view ? '' : view)}
					>
						<${Icon} name=${icon} />${t(`documents.${view}`)}
					</button>`,
			)}
		</div>
		${open && html`<${More} open=${open} kind=${kind} members=${members} />`}
	</section>`;
}

/* It has what people signed, sick days too: not for who may not read those. A
 * directory too large for one file is made at the server. */
export function Audit() {
	const id = useId();

	return html`<section class="card stack" aria-labelledby=${id}>
		<div>
			<h2 id=${id}>${t('documents.what_audit')}</h2>
			<p class="soft">${t('documents.about_audit')}</p>
		</div>
		${can('health_read')
			? html`<div class="row screen-only">
					<${Download}
						path="export/audit"
						members=${{
							month: month.value,
							structure: structure.value,
						}}
						acts=${true}
						main=${true}
					>
						${t('documents.as_audit')}
					<//>
				</div>`
			: html`<p>${t('documents.auditHealth')}</p>`}
		<details class="documents-columns">
			<summary>${t('documents.auditLarge')}</summary>
			<p>${t('documents.auditAtServer')}</p>
			<code class="documents-command"
				>${`pointeau-server export audit ${month.value} --out audit-${month.value}`}</code
			>
		</details>
	</section>`;
}
