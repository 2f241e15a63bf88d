/*
 * What goes beyond a limit, person by person, with the text of law it comes
 * from: '#/rules/2026-11?rule=week&seen=all'. It warns and blocks nothing.
 * '#/rules/2026-11/V01/2026-W47' is a worker's week, to be printed.
 */
import { html, useState } from '../../../shared/web/preact.js';
import { monthName } from '../../../shared/web/format.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { args, month, query, setQuery, structure } from '../route.js';
import { can } from '../state.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Choice, Filters, Search, holds } from '../parts/filters.js';
import { Head } from '../parts/head.js';
import { Strip } from '../parts/strip.js';
import { Acknowledge } from './rules/acknowledge.js';
import { Person } from './rules/person.js';
import { Recap } from './rules/recap.js';

/* People at once: more help nobody. */
const SHOWN = 50;

function byPerson(rows) {
	const all = new Map();

	for (const row of rows) {
		const key = `${row.structure}/${row.worker}`;

		if (!all.has(key))
			all.set(key, { key, ...row, rows: [] });
		all.get(key).rows.push(row);
	}
	return [...all.values()];
}

function Choices({ rules, rows }) {
	const there = new Set(rows.map((row) => row.rule));

	return html`<${Filters}>
		<${Choice}
			name="rule"
			label=${t('rules.rule')}
			all=${t('rules.allRules')}
			options=${rules
				.filter((one) => there.has(one.rule))
				.map((one) => ({ value: one.rule, label: one.text }))}
		/>
		<${Choice}
			name="seen"
			label=${t('rules.state')}
			all=${t('rules.open')}
			options=${[{ value: 'all', label: t('rules.openAndAcked') }]}
		/>
		<${Search} name="q" label=${t('rules.searchPerson')} />
	<//>`;
}

function Skipped({ skipped }) {
	return skipped.map(
		(one) =>
			html`<${Strip} key=${one.needs}>
				${one.needs === 'birth'
					? t('rules.skippedBirth', { n: one.people })
					: t('rules.skippedPass', { n: one.people })}
			<//>`,
	);
}

/* What is chosen, as long as it is shown. */
function Bar({ rows, chosen, onChoose, onAck }) {
	const open = rows.filter((row) => !row.ack);
	const all = open.length > 0 && open.every((row) => chosen.has(row.id));

	return html`<div class="rules-bar row screen-only">
		<label class="check">
			<input
				type="checkbox"
				checked=${all}
				disabled=${open.length === 0}
				onChange=${() =>
					onChoose(all ? [] : open.map((row) => row.id))}
			/>
			<span>${t('rules.chooseAll')}</span>
		</label>
		<span class="grow soft" role="status">
			${t('rules.shown', { n: rows.length })}
		</span>
		<button
			type="button"
			class="button button-main"
			aria-disabled=${chosen.size === 0 ? 'true' : undefined}
			onClick=${() => chosen.size > 0 && onAck()}
		>
			<${Icon} name="check" />${t('rules.ackChosen', { n: chosen.size })}
		</button>
	</div>`;
}

function List({ data }) {
	const [picked, setPicked] = useState([]);
	const [asked, setAsked] = useState(null);
	const [shown, setShown] = useState(SHOWN);
	const rows = data.rows.filter(
		(row) =>
			(!query('rule') || row.rule === query('rule')) &&
			holds(`${row.name} ${row.worker}`, query('q')),
	);
	const there = new Set(rows.filter((row) => !row.ack).map((row) => row.id));
	const chosen = new Set(picked.filter((id) => there.has(id)));
	const people = byPerson(rows);

	function pick(id) {
		setPicked(
			chosen.has(id)
				? [...chosen].filter((one) => one !== id)
				: [...chosen, id],
		);
	}

	return html`<${Choices} rules=${data.rules} rows=${data.rows} />
		${rows.length === 0
			? html`<${Empty}
					title=${t('rules.none')}
					text=${data.acked > 0 && query('seen') !== 'all'
						? t('rules.noneAcked', { n: data.acked })
						: t('rules.noneHelp')}
				>
					${data.acked > 0 &&
					query('seen') !== 'all' &&
					html`<button
						type="button"
						class="button"
						onClick=${() => setQuery({ seen: 'all' })}
					>
						${t('rules.showAcked')}
					</button>`}
				<//>`
			: html`${can('rules_ack') &&
				html`<${Bar}
					rows=${rows}
					chosen=${chosen}
					onChoose=${setPicked}
					onAck=${() => setAsked([...chosen])}
				/>`}
				${people
					.slice(0, shown)
					.map(
						(one) =>
							html`<${Person}
								key=${one.key}
								person=${one}
								chosen=${chosen}
								onPick=${pick}
								onAck=${(id) => setAsked([id])}
							/>`,
					)}
				${people.length > shown &&
				html`<button
					type="button"
					class="button"
					onClick=${() => setShown(shown + SHOWN)}
				>
					${t('parts.more', { n: people.length - shown })}
				</button>`}`}
		<${Skipped} skipped=${data.skipped} />
		${asked &&
		html`<${Acknowledge} ids=${asked} onClose=${() => setAsked(null)} />`}`;
}

function Rules() {
	const [, worker, week] = args.value;
	const answer = useAnswer(worker ? '' : 'rules', {
		month: month.value,
		structure: structure.value || null,
		all: query('seen') === 'all' || null,
	});

	if (worker)
		return html`<${Recap} worker=${worker} week=${week || ''} />`;
	return html`<${Head}
			title=${t('rules.titleOf', { month: monthName(month.value) })}
			text=${t('rules.help')}
		>
			<button type="button" class="button" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>
		<//>
		<${Answer} of=${answer}>${(data) => html`<${List} data=${data} />`}<//>`;
}

export const rulesScreen = {
	id: 'rules',
	icon: 'scale',
	title: 'rules.title',
	right: 'hours_read',
	group: 'month',
	month: true,
	structure: true,
	Screen: Rules,
};
