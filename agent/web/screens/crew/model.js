/*
 * What a half-day of one worker looks like: its state in one word, and what
 * stands beside it. Everything is read from GET crew.
 */
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { roster, session } from '../../state.js';

/* A pictogram for each kind; the word is always beside it. */
const PICTURES = {
	work: 'hammer',
	training: 'graduation-cap',
	afest: 'hard-hat',
	counselling: 'handshake',
	immersion: 'house',
	travel: 'route',
	medical: 'heart-pulse',
	paid_leave: 'plane',
	public_holiday: 'party-popper',
	sick: 'thermometer',
	accident: 'bandage',
	absence_authorised: 'calendar-check',
	absence_unjustified: 'user-x',
	bad_weather: 'cloud-rain',
	suspension: 'ban',
};

/* Nothing may be written about somebody's health. */
const HEALTH = new Set(['sick', 'accident', 'medical']);

export function picture(kind) {
	return PICTURES[kind] || 'circle-help';
}

export function isHealth(kind) {
	return HEALTH.has(kind);
}

export function kindOf(slug) {
	return roster.value?.kinds.find((kind) => kind.slug === slug);
}

function labelOf(slug) {
	return kindOf(slug)?.label || slug;
}

export function kindLabel(slug) {
	const label = labelOf(slug);

	return label.charAt(0).toUpperCase() + label.slice(1);
}

export function isAbsence(slug) {
	return Boolean(kindOf(slug)?.absence);
}

export function siteName(id) {
	const site = roster.value?.sites.find((one) => one.id === id);

	return site ? site.name : id;
}

export function personName(id) {
	const known = session.value?.supervisors.find((one) => one.id === id);

	return known ? known.name : id;
}

export function slotOf(worker, name) {
	return worker.slots.find((one) => one.slot === name) || null;
}

const NOON = '12:30';

/* The stretches beside the two half-days: a second site, rain, an accident.
 * One with an hour stands with the half-day that it belongs to. */
function extrasOf(worker, name, crew) {
	const noon = crew.pm?.slice(0, NOON.length) || NOON;

	return worker.slots.filter(
		(one) =>
			one.slot.startsWith('x') &&
			one.state === 'merged' &&
			(!one.start || one.start < noon === (name === 'am')),
	);
}

/* A slot that nobody answered yet; a cancelled one is to be answered. */
export function isBlank(found) {
	return !found || found.state === 'empty' || found.state === 'void';
}

/* What it says: "3 h 30", "Maladie", "Formation 2 h". */
export function valueText(value) {
	if (isAbsence(value.kind))
		return kindLabel(value.kind);
	if (value.kind === 'work')
		return duration(value.minutes);
	return `${kindLabel(value.kind)} ${duration(value.minutes)}`;
}

/* {name, icon, word}: the state's class, icon and word. */
export function stateOf(found) {
	if (!found || found.state === 'empty')
		return { name: 'todo', icon: 'circle-dashed', word: t('crew.todo') };
	if (found.state === 'void')
		return { name: 'void', icon: 'ban', word: t('crew.void') };
	if (found.state === 'contested')
		return {
			name: 'clash',
			icon: 'triangle-alert',
			word: t('crew.clash'),
		};
	if (isAbsence(found.kind))
		return { name: 'absent', icon: 'x', word: t('crew.absent') };
	return { name: 'present', icon: 'check', word: t('crew.present') };
}

/* The marks beside a state: corrected, late, closed. */
export function marksOf(found, isClosed) {
	const marks = [];

	if (!found || found.state === 'empty')
		return marks;
	if (found.corrected)
		marks.push({ icon: 'pencil', word: t('crew.corrected') });
	if (found.late)
		marks.push({ icon: 'clock', word: t('crew.late') });
	else if (isClosed)
		marks.push({ icon: 'lock', word: t('crew.closed') });
	if (found.note)
		marks.push({ icon: 'message-square', word: t('crew.noted') });
	return marks;
}

/* What is worth a second line: another site, what was done, the rest. */
export function detailOf(worker, name, crew) {
	const found = slotOf(worker, name);
	const parts = [];

	if (found?.state === 'merged' && !isAbsence(found.kind)) {
		if (found.site && found.site !== crew.site)
			parts.push(siteName(found.site));
		if (found.activity)
			parts.push(found.activity);
	}
	for (const extra of extrasOf(worker, name, crew))
		parts.push(
			t('crew.extra', {
				what: isAbsence(extra.kind)
					? labelOf(extra.kind)
					: valueText(extra),
				site:
					extra.site && !isAbsence(extra.kind)
						? siteName(extra.site)
						: '',
			}).trim(),
		);
	return parts.join(' · ');
}

/* How many of a crew have an answer, and of how many one is due: of those
 * whom the crew expects, and of those who have one all the same. A newcomer
 * was not there on the days before; on a day without work planned all count. */
export function countOf(crew, name) {
	const isPlanned = crew.workers.some((one) => one.expected?.[name]);
	const due = crew.workers.filter(
		(one) =>
			!isPlanned ||
			one.expected?.[name] ||
			!isBlank(slotOf(one, name)),
	);
	const blank = due.filter((one) => isBlank(slotOf(one, name))).length;

	return { all: due.length, blank, done: due.length - blank };
}

/* The usual minutes of the crew's half-day; 3 h 30 where none is known. */
export function usualOf(crew, name) {
	return (name === 'am' ? crew.am_minutes : crew.pm_minutes) || 210;
}
