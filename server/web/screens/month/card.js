/* One structure's month: its steps, what stands in the way, what to do. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, again } from '../../ask.js';
import { href, month } from '../../route.js';
import { can, say, who } from '../../state.js';
import { Badge } from '../../parts/badge.js';
import { Reason } from '../../parts/reason.js';
import { Strip } from '../../parts/strip.js';
import { Blockers } from './blockers.js';
import { Ask } from './ask.js';
import { CloseOne, Figures, RuleAlerts, Running } from './close_one.js';
import { Late } from './late.js';
import { Confirmation } from './reopening.js';
import { Steps } from './steps.js';
import { Waiting } from './waiting.js';
import {
	blockedCount,
	blockersText,
	byText,
	isRunning,
	isToCome,
} from './words.js';

const LOOKS = { closed: 'good', declared: 'good', signed: 'good', checked: 'good' };

function Asked({ row, onAct }) {
	const mine = row.reopening.person === who.value?.login;

	return html`<${Strip} look="warn">
		<p>${t('month.asked', { by: byText(row.reopening) })}</p>
		<p>${t('month.quoted', { reason: row.reopening.reason })}</p>
		${mine && html`<p class="soft">${t('month.askedByYou')}</p>`}
		${can('reopen') &&
		html`<div class="row">
			${!mine &&
			html`<button
				type="button"
				class="button button-main"
				onClick=${() => onAct('confirm')}
			>
				${t('month.confirmReopen')}
			</button>`}
			<button
				type="button"
				class="button"
				onClick=${() => onAct(mine ? 'withdraw' : 'decline')}
			>
				${t(mine ? 'month.withdraw' : 'month.decline')}
			</button>
		</div>`}
	<//>`;
}

function OpenActs({ row, onAct }) {
	const blocked = blockedCount(row) > 0;

	if (!can('close') || row.version > 0 || row.empty || isToCome())
		return null;
	return html`
		${row.state === 'open' &&
		html`<button
			type="button"
			class="button"
			onClick=${() => onAct('check')}
		>
			<${Icon} name="check" />${t('month.check')}
		</button>`}
		${row.ready &&
		html`<button
			type="button"
			class="button button-main"
			onClick=${() => onAct('close')}
		>
			<${Icon} name="lock" />${t('month.close')}
		</button>`}
		${blocked &&
		html`<button
			type="button"
			class="button button-quiet"
			onClick=${() => onAct('exception')}
		>
			${t('month.closeAnyway')}
		</button>`}
	`;
}

function ClosedActs({ row, onAct }) {
	if (row.version === 0)
		return null;
	return html`
		${can('declare_read') &&
		html`<a
			class=${row.state === 'closed' ? 'button button-main' : 'button'}
			href=${href(['declare', month.value], { s: row.structure })}
		>
			<${Icon} name="send" />${t('month.toDeclare')}
		</a>`}
		${can('reopen') &&
		!row.reopening &&
		html`<button
			type="button"
			class="button button-quiet"
			onClick=${() => onAct('reopen')}
		>
			<${Icon} name="lock-open" />${t('month.reopen')}
		</button>`}
	`;
}

function Dialogs({ row, doing, onClose }) {
	const of = { month: month.value, structure: row.structure };

	async function send(path, members, said) {
		const { data, error } = await act(path, { ...of, ...members }, { quiet: true });

		if (data)
			say(said);
		/* Others were quicker: what is shown is read again. */
		else if (error.status === 409)
			again();
		return error;
	}

	switch (doing) {
		case 'check':
			return html`<${Ask}
				title=${t('month.check')}
				yes=${t('month.check')}
				onYes=${() =>
					send(
						'month/check',
						{ seen: row.seen },
						t('month.checkedNow', { name: row.name }),
					)}
				onClose=${onClose}
			>
				<${Running} />
				<${Figures} row=${row} />
			<//>`;
		case 'close':
			return html`<${CloseOne} row=${row} send=${send} onClose=${onClose} />`;
		case 'exception':
			return html`<${Reason}
				title=${t('month.closeAnyway')}
				text=${t('month.closeAnywayHelp', {
					what: blockersText(row.blockers),
				})}
				yes=${t('month.closeAnywayYes')}
				min=${10}
				danger
				onYes=${(exception) =>
					send(
						'month/close',
						{ exception, seen: row.seen },
						t('month.closedNow', { name: row.name }),
					)}
				onClose=${onClose}
			>
				<${Running} />
				<${Figures} row=${row} />
				<${RuleAlerts} of=${row.structure} />
			<//>`;
		case 'reopen':
			return html`<${Reason}
				title=${t('month.reopen')}
				text=${t('month.reopenHelp')}
				yes=${t('month.reopenYes')}
				min=${10}
				presets=${[t('month.preset1'), t('month.preset2')]}
				onYes=${(reason) =>
					send('month/reopen', { reason }, t('month.reopenAsked'))}
				onClose=${onClose}
			/>`;
		case 'withdraw':
		case 'decline':
			return html`<${Reason}
				title=${t(`month.${doing}`)}
				text=${t('month.quoted', { reason: row.reopening.reason })}
				yes=${t(`month.${doing}`)}
				onYes=${(reason) =>
					send(
						'month/reopen',
						{ withdraw: true, reason },
						t(`month.${doing}Done`),
					)}
				onClose=${onClose}
			/>`;
		case 'confirm':
			return html`<${Confirmation} row=${row} send=${send} onClose=${onClose} />`;
		case 'late':
			return html`<${Late} row=${row} send=${send} onClose=${onClose} />`;
		default:
			return null;
	}
}

export function Card({ row, open }) {
	const [doing, setDoing] = useState('');
	const blocked = blockedCount(row);
	const id = `month-${row.structure}`;

	async function start(what) {
		if (what !== 'check' || isRunning()) {
			setDoing(what);
			return;
		}
		const { data, error } = await act('month/check', {
			month: month.value,
			structure: row.structure,
			seen: row.seen,
		});

		if (data)
			say(t('month.checkedNow', { name: row.name }));
		else if (error.status === 409)
			again();
	}

	return html`<section class="card stack month-card" aria-labelledby=${id}>
		<div class="row">
			<h2 class="grow" id=${id}>
				<bdi>${row.name}</bdi> <span class="soft">${row.kind}</span>
			</h2>
			<${Badge} look=${row.empty ? 'soft' : LOOKS[row.state] || ''}>
				${row.empty ? t('month.empty') : t(`month.state_${row.state}`)}
			<//>
		</div>
		${!row.empty && html`<${Steps} row=${row} />`}
		${row.contested &&
		html`<${Strip} look="clash">${t('month.twoClosings')}<//>`}
		${row.reopening && html`<${Asked} row=${row} onAct=${start} />`}
		${row.late.proposals > 0 &&
		html`<${Strip} look="late">
			<div class="row">
				<p class="grow">
					${t('month.lateCount', { n: row.late.proposals })}
				</p>
				<button
					type="button"
					class="button"
					onClick=${() => setDoing('late')}
				>
					${t('month.seeLate')}
				</button>
			</div>
		<//>`}
		${row.version === 0 &&
		blocked > 0 &&
		html`<${Blockers} row=${row} open=${open} />`}
		${row.waiting.length > 0 && html`<${Waiting} row=${row} />`}
		<div class="row screen-only">
			<${OpenActs} row=${row} onAct=${start} />
			<${ClosedActs} row=${row} onAct=${start} />
		</div>
		<${Dialogs} row=${row} doing=${doing} onClose=${() => setDoing('')} />
	</section>`;
}
