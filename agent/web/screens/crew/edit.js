/*
 * One worker's half-day: a duration or a motive in one tap, the rest below.
 * A tap saves at once with whatever was set before it.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, roster, slot } from '../../state.js';
import { record } from './acts.js';
import { Fields, timeTyped } from './fields.js';
import {
	isAbsence,
	isBlank,
	kindLabel,
	picture,
	slotOf,
	usualOf,
	valueText,
} from './model.js';
import { Refusal, useAct } from './form.js';
import { FIRST_REASON, Reason, reasonText } from './reasons.js';

const STEP = 15;
const MOST = 600;
/* Beside the usual duration: half an hour more, and less by halves. */
const AROUND = [-120, -90, -60, -30, 0, 30];
/* The motives' order: what is said most often first. */
const FIRST_MOTIVES = [
	'sick',
	'absence_authorised',
	'absence_unjustified',
	'paid_leave',
];

/* What the form starts from: what is held, the key pressed, or the usual. */
function firstWish(worker, begun) {
	const held = slotOf(worker, slot.value);
	const usual = usualOf(crew.value, slot.value);
	const from = isBlank(held) || held.state === 'contested' ? null : held;

	return {
		kind: from?.kind || 'work',
		minutes: from?.minutes || usual,
		site: from?.site || crew.value.site,
		activity: from?.activity || '',
		start: from?.start || '',
		end: from?.end || '',
		pause: from?.break || 0,
		note: '',
		...(begun?.kind && {
			kind: begun.kind,
			minutes: begun.minutes || usual,
		}),
	};
}

function Durations({ usual, wish, onTake }) {
	const choices = AROUND.map((by) => usual + by).filter((n) => n > 0);

	return html`<div class="cell-times" role="group" aria-label=${t('cell.present')}>
		${choices.map(
			(minutes) =>
				html`<button
					key=${minutes}
					type="button"
					class=${minutes === usual ? 'tile tile-usual' : 'tile'}
					aria-pressed=${wish.held &&
					!isAbsence(wish.kind) &&
					wish.minutes === minutes}
					onClick=${() => onTake(minutes)}
				>
					<bdi class="big">${duration(minutes)}</bdi>
				</button>`,
		)}
	</div>`;
}

function Stepper({ minutes, onChange }) {
	return html`<div class="cell-step">
		<button
			type="button"
			class="button"
			aria-label=${t('cell.lessName')}
			disabled=${minutes <= STEP}
			onClick=${() => onChange(minutes - STEP)}
		>
			<${Icon} name="minus" /><bdi>${t('cell.less')}</bdi>
		</button>
		<output class="big" aria-live="polite">
			<bdi>${duration(minutes)}</bdi>
		</output>
		<button
			type="button"
			class="button"
			aria-label=${t('cell.moreName')}
			disabled=${minutes >= MOST}
			onClick=${() => onChange(minutes + STEP)}
		>
			<${Icon} name="plus" /><bdi>${t('cell.moreTime')}</bdi>
		</button>
	</div>`;
}

function Motives({ current, onTake }) {
	const away = roster.value.kinds
		.filter((kind) => kind.absence && kind.slug !== 'accident')
		.map((kind) => kind.slug);
	const ordered = [
		...FIRST_MOTIVES.filter((slug) => away.includes(slug)),
		...away.filter((slug) => !FIRST_MOTIVES.includes(slug)),
	];

	return html`<div class="cell-motives" role="group" aria-label=${t('cell.absent')}>
		${ordered.map(
			(slug) =>
				html`<button
					key=${slug}
					type="button"
					class="tile"
					aria-pressed=${slug === current}
					onClick=${() => onTake(slug)}
				>
					<${Icon} name=${picture(slug)} big />
					${kindLabel(slug)}
				</button>`,
		)}
	</div>`;
}

/*
 * What is not changed is not asked for: it stays, or the crew's usual stands,
 * and the agent drops the times that a new duration makes false.
 */
function changed(wish, held) {
	const before =
		held?.state === 'merged'
			? held
			: {
					site: crew.value.site,
					activity: '',
					start: '',
					end: '',
					break: 0,
				};
	const unless = (value, old) => (value === old ? undefined : value);

	return {
		site: unless(wish.site, before.site),
		activity: unless(wish.activity, before.activity),
		start: unless(timeTyped(wish.start), before.start),
		end: unless(timeTyped(wish.end), before.end),
		pause: unless(wish.pause, before.break),
	};
}

/* The state of the form and what saves it. */
export function useEdit(worker, begun, onDone) {
	const held = slotOf(worker, slot.value);
	const [wish, setWish] = useState(() => firstWish(worker, begun));
	const [reason, setReason] = useState(FIRST_REASON);
	const { busy, error, run, refuse } = useAct(onDone);

	function change(members) {
		setWish((before) => ({ ...before, ...members }));
	}

	/* ${members} are of the tap that saves. */
	function save(members = {}) {
		const why = reasonText(reason);

		if (!isBlank(held) && !why) {
			refuse(t('cell.reasonMissing'));
			return;
		}
		const all = { ...wish, ...members };

		void run(() =>
			record(worker, { ...all, ...changed(all, held), reason: why }),
		);
	}

	return { held, wish, change, save, reason, setReason, busy, error };
}

export function EditForm({ edit }) {
	const { held, wish, change, save, reason, setReason, error } = edit;
	const usual = usualOf(crew.value, slot.value);
	const away = isAbsence(wish.kind);
	const kind = away ? 'work' : wish.kind;

	return html`
		${!isBlank(held) &&
		html`<${Reason} reason=${reason} onChange=${setReason} />`}
		<${Refusal} text=${error} />
		<h3>${t('cell.present')}</h3>
		<${Durations}
			usual=${usual}
			wish=${{ ...wish, held: held?.state === 'merged' }}
			onTake=${(minutes) => save({ kind, minutes })}
		/>
		<${Stepper}
			minutes=${wish.minutes || usual}
			onChange=${(minutes) => change({ kind, minutes })}
		/>
		<h3>${t('cell.absent')}</h3>
		<${Motives}
			current=${away ? wish.kind : ''}
			onTake=${(slug) => save({ kind: slug, note: '' })}
		/>
		<details class="cell-more">
			<summary class="button button-wide">
				<${Icon} name="chevron-down" />${t('cell.details')}
			</summary>
			<${Fields} wish=${{ ...wish, kind }} onChange=${change} />
		</details>
	`;
}

export function SaveButton({ edit }) {
	return html`<button
		type="button"
		class="button button-main"
		disabled=${edit.busy}
		onClick=${() => edit.save()}
	>
		<${Icon} name="check" />
		${t('cell.save', { what: valueText(edit.wish) })}
	</button>`;
}
