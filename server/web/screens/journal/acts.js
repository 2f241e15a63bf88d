/* The acts: filters, pages, what the log says of itself. */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { get, useAnswer } from '../../ask.js';
import { query, setQuery, structure } from '../../route.js';
import { complain } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Empty } from '../../parts/empty.js';
import { Choice, Filters } from '../../parts/filters.js';
import { Download } from '../../parts/save.js';
import { Typed } from './typed.js';
import { Act } from './act.js';
import { Verified } from './verified.js';

const NAMES = ['from', 'to', 'person', 'action', 'worker'];

/* What is asked, without what is not. */
function asked() {
	const all = { structure: structure.value };

	for (const name of NAMES)
		all[name] = query(name);
	return Object.fromEntries(
		Object.entries(all).filter(([, value]) => value),
	);
}

function Narrow({ actions }) {
	return html`<${Filters}>
		<${Typed} name="from" label=${t('journal.from')} type="date" />
		<${Typed} name="to" label=${t('journal.to')} type="date" />
		<${Choice}
			name="action"
			label=${t('journal.action')}
			all=${t('journal.allActions')}
			options=${actions.map((one) => ({
				value: one.action,
				label: one.label,
			}))}
		/>
		<${Typed} name="person" label=${t('journal.person')} />
		<${Typed} name="worker" label=${t('journal.worker')} />
		${Object.keys(asked()).length > (structure.value ? 1 : 0) &&
		html`<button
			type="button"
			class="button"
			onClick=${() =>
				setQuery(Object.fromEntries(NAMES.map((name) => [name, ''])))}
		>
			${t('journal.clear')}
		</button>`}
	<//>`;
}

/* The first page is the answer's; those after it are asked for one by one. */
function Pages({ first, members }) {
	const [more, setMore] = useState({ rows: [], next: first.next });
	const [busy, setBusy] = useState(false);

	useEffect(() => setMore({ rows: [], next: first.next }), [first]);

	async function load() {
		if (busy)
			return;
		setBusy(true);
		const { data, error } = await get('journal', {
			...members,
			before: more.next,
		});

		setBusy(false);
		if (error)
			complain(error);
		else
			setMore((now) => ({
				rows: [...now.rows, ...data.rows],
				next: data.next,
			}));
	}

	const rows = [...first.rows, ...more.rows];

	if (rows.length === 0)
		return html`<${Empty}
			icon="search"
			title=${t('journal.none')}
			text=${t('journal.noneHelp')}
		/>`;
	return html`<ol class="journal-list">
			${rows.map((row) => html`<${Act} key=${row.hash + row.n} row=${row} />`)}
		</ol>
		${more.next &&
		html`<button
			type="button"
			class="button"
			aria-disabled=${busy ? 'true' : undefined}
			onClick=${load}
		>
			${busy ? t('ui.loading') : t('journal.older')}
		</button>`}`;
}

export function Acts() {
	const members = asked();
	const answer = useAnswer('journal', members);
	const actions = useAnswer('journal/actions');

	return html`<${Verified} />
		<${Narrow} actions=${actions.data?.rows || []} />
		<div class="row screen-only">
			<${Download} path="journal/file" members=${{ ...members, format: 'csv' }}>
				${t('journal.csv')}
			<//>
		</div>
		<${Answer} of=${answer}>
			${(data) => html`<${Pages} first=${data} members=${members} />`}
		<//>`;
}
