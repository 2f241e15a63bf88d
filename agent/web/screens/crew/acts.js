/* What a supervisor does on the grid, as calls of the agent's commands. */
import { signal } from '../../../../shared/web/preact.js';
import { durationOption } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, complain, crew, day, say, slot, slotName, tell } from '../../state.js';
import { undoable } from '../../undo.js';
import {
	isAbsence,
	isBlank,
	kindOf,
	slotOf,
	usualOf,
	valueText,
} from './model.js';

/* "RIVES/V01/am" of what is being saved now. */
export const pending = signal(new Set());

export function keyOf(worker, name) {
	return `${crew.value.structure}/${worker.worker}/${name}`;
}

function mark(key, on) {
	const now = new Set(pending.value);

	if (on)
		now.add(key);
	else
		now.delete(key);
	pending.value = now;
}

/* Whose half-day it is, for the commands. */
export function placeOf(worker, name = slot.value) {
	return {
		structure: crew.value.structure,
		worker: worker.worker,
		day: day.value,
		slot: name,
	};
}

/* An absence that is paid, or work lost to the rain, lasts as long as the
 * half-day would have; any other has no duration. */
function minutesAway(kind, name) {
	return kindOf(kind).paid || kind === 'bad_weather'
		? usualOf(crew.value, name)
		: 0;
}

/* A wish {kind, minutes, site, activity, start, end, pause, note, reason} as
 * the commands' options. */
function optionsOf(wish, name) {
	const away = isAbsence(wish.kind);
	const minutes = away ? minutesAway(wish.kind, name) : wish.minutes;

	return {
		kind: wish.kind,
		time: durationOption(minutes),
		site: away ? undefined : wish.site,
		activity: away ? undefined : wish.activity,
		start: away ? undefined : wish.start || undefined,
		end: away ? undefined : wish.end || undefined,
		break:
			away || wish.pause === undefined
				? undefined
				: durationOption(wish.pause),
		note: wish.note || undefined,
		reason: wish.reason,
	};
}

/*
 * Ask for an act on one worker's half-day. What the agent refuses is said
 * with the name before it, unless a dialog says it (${quiet}).
 */
async function onWorker(worker, name, path, members, text, quiet = true) {
	const key = keyOf(worker, name);

	mark(key, true);
	const answer = await act(path, members, { quiet: true });

	mark(key, false);
	if (answer.data)
		undoable(text, answer);
	else if (!quiet && answer.error.status !== 423)
		complain({
			...answer.error,
			message: t('crew.refused', {
				name: worker.name,
				why: answer.error.message,
			}),
		});
	return answer;
}

/* Record or correct a half-day, as it is blank or not. */
export function record(worker, wish, quiet = true) {
	const name = slot.value;
	const blank = isBlank(slotOf(worker, name));
	const members = { ...placeOf(worker, name), ...optionsOf(wish, name) };

	if (blank)
		delete members.reason;
	return onWorker(
		worker,
		name,
		blank ? 'hours/add' : 'hours/set',
		members,
		t('crew.recorded', { name: worker.name, what: valueText(wish) }),
		quiet,
	);
}

export function cancel(worker, reason) {
	return onWorker(
		worker,
		slot.value,
		'hours/void',
		{ ...placeOf(worker), reason },
		t('crew.cancelled', { name: worker.name }),
	);
}

export function move(worker, to, reason) {
	return onWorker(
		worker,
		slot.value,
		'hours/move',
		{ ...placeOf(worker), ...to, reason },
		t('crew.moved', { name: worker.name }),
	);
}

export function split(worker, wish) {
	return onWorker(
		worker,
		slot.value,
		'hours/split',
		{ ...placeOf(worker), ...wish },
		t('crew.split', { name: worker.name }),
	);
}

export function accident(worker, wish) {
	const { slot: ignored, ...place } = placeOf(worker);

	return onWorker(
		worker,
		slot.value,
		'hours/accident',
		{ ...place, ...wish },
		t('crew.accident', { name: worker.name }),
	);
}

/* ---- the whole crew ---- */

function placeOfCrew() {
	return {
		structure: crew.value.structure,
		crew: crew.value.crew,
		day: day.value,
		slot: slot.value,
	};
}

async function onCrew(path, members, textOf) {
	const answer = await act(path, { ...placeOfCrew(), ...members });

	if (!answer.data)
		return answer;
	if (answer.data.rows?.length === 0)
		tell(t('crew.nothingDone'));
	else
		undoable(textOf(answer.data), answer);
	return answer;
}

export function fill(like) {
	return onCrew('hours/fill', { like }, (data) =>
		t('crew.filled', { n: data.rows.length }),
	);
}

export function weather(at) {
	return onCrew('hours/weather', { at }, () => t('crew.stopped', { at }));
}

export async function finish() {
	const name = slot.value;
	const answer = await act('day/finish', placeOfCrew());

	if (answer.data)
		say(t('crew.finished', { slot: slotName(name) }));
	return answer;
}

export async function addNewcomer(first, initial) {
	const answer = await act(
		'newcomer/add',
		{ 'first-name': first, initial, crew: crew.value.crew },
		{ quiet: true },
	);

	if (answer.data)
		say(t('crew.newcomerAdded', { name: first }));
	return answer;
}
