/*
 * The crew's half-day: the whole crew in one tap, exceptions in two each,
 * "Terminer". What stops the work stands in its place.
 */
import {
	html,
	signal,
	useEffect,
	useState,
} from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { language, t } from '../../../shared/web/i18n.js';
import {
	crew,
	day,
	isToday,
	loadRoster,
	loadStatus,
	revoked,
	roster,
	say,
	slot,
	slotName,
	status,
} from '../state.js';
import { forgetActs, offer, undo } from '../undo.js';
import { finish } from './crew/acts.js';
import { CellDialog } from './crew/dialog.js';
import { Grid } from './crew/grid.js';
import { countOf, isBlank, slotOf } from './crew/model.js';
import { MoreDialog } from './crew/more.js';
import { ClockDoubt, NoCrew, Revoked, clockDoubted } from './crew/stops.js';
import { Tools } from './crew/tools.js';

/* What is open over the grid: {worker, begun}, {more: true} or null. */
const open = signal(null);

function shut() {
	open.value = null;
}

function Notices() {
	const now = crew.value;
	const notices = [];

	if (roster.value.closed)
		notices.push(['lock', 'strip-warn', t('crew.closedMonth')]);
	if (roster.value.holiday)
		notices.push([
			'party-popper',
			'',
			t('crew.holiday', { name: roster.value.holiday }),
		]);
	else if (!now.planned)
		notices.push(['calendar', '', t('crew.unplanned')]);
	return notices.map(
		([icon, look, text]) =>
			html`<p key=${icon} class=${`strip ${look} notice`}>
				<${Icon} name=${icon} /><span>${text}</span>
			</p>`,
	);
}

function Dialogs() {
	const what = open.value;

	if (!what)
		return null;
	if (what.more)
		return html`<${MoreDialog} onClose=${shut} />`;
	const worker = crew.value.workers.find(
		(one) => one.worker === what.worker.worker,
	);

	return (
		worker &&
		html`<${CellDialog}
			worker=${worker}
			begun=${what.begun}
			onClose=${shut}
		/>`
	);
}

/* Other hands may be at it: the command line, the sync. */
function useFreshRoster() {
	const [seen, setSeen] = useState('');
	const now = status.value;
	const sign = now
		? [now.kept, now.sent, now.received, now.contested].join()
		: '';

	useEffect(() => {
		if (!roster.value)
			void loadRoster();
	}, []);
	useEffect(() => {
		if (seen && sign && seen !== sign)
			void loadRoster();
		setSeen(sign);
	}, [sign]);
	useEffect(() => () => forgetActs(), [day.value]);
}

/* The month leads to one worker's half-day: {worker} is its identifier. */
function useAsked(worker) {
	const ready = Boolean(crew.value);

	useEffect(() => {
		const asked =
			worker &&
			crew.value?.workers.find((one) => one.worker === worker);

		if (asked)
			open.value = { worker: asked };
	}, [worker, ready]);
}

function Crew({ worker }) {
	useFreshRoster();
	useAsked(worker);
	useEffect(() => {
		if (!status.value)
			void loadStatus();
		return shut;
	}, []);

	if (revoked.value)
		return html`<${Revoked} />`;
	if (clockDoubted.value && isToday.value)
		return html`<${ClockDoubt} />`;
	if (!roster.value)
		return html`<p class="page soft">${t('ui.loading')}</p>`;
	if (!crew.value || crew.value.workers.length === 0)
		return html`<${NoCrew}
			crew=${crew.value}
			onMore=${() => (open.value = { more: true })}
		/><${Dialogs} />`;
	return html`<div class="crew">
		<h1 class="visually-hidden">
			${crew.value.name}, ${slotName(slot.value)}
		</h1>
		<${Tools} onMore=${() => (open.value = { more: true })} />
		<${Notices} />
		<${Grid}
			key=${`${crew.value.structure}/${crew.value.crew}`}
			onOpen=${(worker, begun) => (open.value = { worker, begun })}
		/>
		<p id="grid-keys" class="crew-keys small soft screen-only">
			${t('crew.keysHint')}
		</p>
		<${Dialogs} />
	</div>`;
}

function Undo() {
	const now = offer.value;

	return (
		now &&
		html`<button type="button" class="button undo" onClick=${undo}>
			<${Icon} name="undo-2" />
			<span>
				${t('crew.undo')}
				<span class="undo-what">${now.text}</span>
			</span>
		</button>`
	);
}

/* Say who has no answer and go to the first of them. */
function showBlanks(now) {
	const blank = now.workers.filter((one) =>
		isBlank(slotOf(one, slot.value)),
	);

	say(
		t('crew.blanks', {
			names: new Intl.ListFormat(language.value).format(
				blank.map((one) => one.name),
			),
		}),
	);
	document.getElementById(`cell-${blank[0].worker}`)?.focus();
}

function Finish() {
	const now = crew.value;

	const doubted = clockDoubted.value && isToday.value;

	if (!now || revoked.value || doubted || now.workers.length === 0)
		return null;
	const { all, done } = countOf(now, slot.value);
	const finished = now.finished?.[slot.value] && done === all;
	const key = finished ? `finished_${slot.value}` : `finish_${slot.value}`;

	/* Never out of the keyboard's reach: asked too early, it shows where. */
	function press() {
		if (done === all && !finished)
			void finish();
		else if (!finished)
			showBlanks(now);
	}

	return html`<${Undo} />
		<button
			type="button"
			class="button button-main finish"
			aria-disabled=${finished || done < all}
			onClick=${press}
		>
			<${Icon} name=${finished ? 'check-check' : 'check'} />
			${t(`crew.${key}`, { done, all })}
		</button>`;
}

export const crewScreen = { Screen: Crew, Action: Finish, tab: 'crew' };
