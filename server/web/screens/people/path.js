/* A worker's path: reminders, meetings, training, immersions, leaving. */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';
import { Reason } from '../../parts/reason.js';
import { DueList } from './due.js';
import { NoteForm } from './forms.js';
import { History } from './history.js';
import { LINES } from './lines.js';
import { Part } from './words.js';

function Note({ kind, row, words, onAct }) {
	const acts = [
		['set', 'pencil', 'people.correct'],
		['history', 'history', 'people.history'],
		['void', 'x', 'people.void'],
	];

	return html`<li class="people-note">
		<div class="grow">${LINES[kind](row, words)}</div>
		<div class="row screen-only">
			${acts.map(
				([what, icon, text]) =>
					html`<button
						key=${what}
						type="button"
						class="button-icon button-quiet"
						aria-label=${`${t(text)}, ${dayNumeric(
							row.day || row.start,
						)}`}
						title=${t(text)}
						onClick=${() => onAct({ what, kind, row })}
					>
						<${Icon} name=${icon} />
					</button>`,
			)}
		</div>
	</li>`;
}

function Notes({ kind, rows, words, title, text, add, onAct, children }) {
	return html`<${Part}
		title=${title}
		text=${text}
		acts=${add &&
		html`<button
			type="button"
			class="button"
			onClick=${() => onAct({ what: 'add', kind })}
		>
			<${Icon} name="plus" />${add}
		</button>`}
	>
		${children}
		${rows.length > 0
			? html`<ul class="people-notes">
					${rows
						.toReversed()
						.map(
							(row) =>
								html`<${Note}
									key=${row.id}
									kind=${kind}
									row=${row}
									words=${words}
									onAct=${onAct}
								/>`,
						)}
				</ul>`
			: html`<p class="soft">${t('people.nothing')}</p>`}
	<//>`;
}

function Hosts({ hosts }) {
	return html`${hosts.map(
		(host) =>
			html`<p key=${host.siret} class="small">
				<bdi>${host.host}</bdi>${' '}
				${t('people.remaining', {
					n: host.remaining,
					days: host.days,
					conventions: host.conventions,
					max: host.conventions_max,
				})}
			</p>`,
	)}`;
}

function Withdraw({ row, onClose }) {
	return html`<${Reason}
		title=${t('people.voidTitle')}
		text=${t('people.voidText')}
		yes=${t('people.void')}
		min=${5}
		danger
		onYes=${async (reason) =>
			(
				await act(
					'care/void',
					{ id: row.id, reason, seen: row.hash },
					{ quiet: true },
				)
			).error}
		onClose=${onClose}
	/>`;
}

function Open({ page, words, open, onClose }) {
	if (open.what === 'void')
		return html`<${Withdraw} row=${open.row} onClose=${onClose} />`;
	if (open.what === 'history')
		return html`<${History}
			id=${open.row.id}
			line=${(value) => LINES[open.kind](value, words)}
			onClose=${onClose}
		/>`;
	return html`<${NoteForm}
		page=${page}
		kind=${open.kind}
		row=${open.row}
		words=${words}
		onClose=${onClose}
	/>`;
}

/* One leaving counts until a contract begins after it. */
function mayLeave(page) {
	const exit = page.exits.at(-1);
	const contract = page.contracts.at(-1);

	return !exit || (contract && contract.start > exit.day);
}

function All({ page, words }) {
	const [open, setOpen] = useState(null);
	const exit = page.exits.at(-1);
	const more = { words, onAct: setOpen };

	return html`<${Part} title=${t('people.due')}>
			<${DueList} rows=${page.due} />
		<//>
		<div class="people-columns">
			<${Notes}
				...${more}
				kind="meeting"
				rows=${page.meetings}
				title=${t('people.meetings')}
				add=${t('people.addMeeting')}
			/>
			<${Notes}
				...${more}
				kind="training"
				rows=${page.trainings}
				title=${t('people.trainings')}
				add=${t('people.addTraining')}
			/>
			<${Notes}
				...${more}
				kind="pmsmp"
				rows=${page.pmsmp}
				title=${t('people.pmsmp')}
				text=${t('people.pmsmpHelp')}
				add=${page.structure_kind !== 'ETTI' && t('people.addPmsmp')}
			>
				<${Hosts} hosts=${page.hosts} />
			<//>
			<${Notes}
				...${more}
				kind="exit"
				rows=${page.exits}
				title=${t('people.exits')}
				text=${t('people.exitHelp')}
				add=${mayLeave(page) && t('people.addExit')}
			/>
			${exit &&
			html`<${Notes}
				...${more}
				kind="followup"
				rows=${page.followups}
				title=${t('people.followups')}
				text=${t('people.followupHelp', {
					day: dayNumeric(exit.followup_due),
				})}
				add=${!exit.followup && t('people.addFollowup')}
			/>`}
		</div>
		${open &&
		html`<${Open}
			page=${page}
			words=${words}
			open=${open}
			onClose=${() => setOpen(null)}
		/>`}`;
}

export function Path({ page }) {
	const words = useAnswer('care/words');

	return html`<${Answer} of=${words}>
		${(data) => html`<${All} page=${page} words=${data} />`}
	<//>`;
}
