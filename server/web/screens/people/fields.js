/* Which fields each kind of note has, and how they are written for a call. */
import { durationOption } from '../../../../shared/web/format.js';
import { session, today } from '../../state.js';

/* [member of the call, member of the row, kind of field, required] */
export const FIELDS = {
	meeting: [
		['day', 'day', 'date', true],
		['theme', 'theme', 'themes', true],
		['time', 'minutes', 'minutes'],
		['by', 'by', 'text'],
		['next', 'next', 'date'],
	],
	training: [
		['title', 'title', 'text', true],
		['provider', 'provider', 'text'],
		['start', 'start', 'date', true],
		['end', 'end', 'date'],
		['planned', 'planned', 'hours'],
		['done', 'done', 'hours'],
		['certification', 'certification', 'text'],
	],
	pmsmp: [
		['host', 'host', 'text', true],
		['siret', 'siret', 'siret', true],
		['objective', 'objective', 'objectives', true],
		['start', 'start', 'date', true],
		['end', 'end', 'date', true],
		['tutor', 'tutor', 'text'],
		['rome', 'rome', 'text'],
	],
	exit: [
		['day', 'day', 'date', true],
		['category', 'category', 'categories', true],
		['code', 'code', 'codes'],
	],
	followup: [
		['day', 'day', 'date', true],
		['outcome', 'outcome', 'outcomes', true],
	],
};

function firstValue(kind, name) {
	if (name === 'day' || name === 'start')
		return today.value;
	if (kind === 'meeting' && name === 'by')
		return session.value?.name || '';
	return '';
}

export function initialOf(kind, row) {
	const values = { reason: '' };

	for (const [name, member, type] of FIELDS[kind]) {
		const value = row?.[member];

		if (!row)
			values[name] = firstValue(kind, name);
		else if (type === 'minutes' || type === 'hours')
			values[name] = value ? durationOption(value) : '';
		else
			values[name] = String(value ?? '');
	}
	return values;
}

/* A bare number is what the field is about: 45 minutes, 70 hours. */
function written(type, value) {
	const text = value.trim();

	if (type === 'minutes' && /^\d+$/.test(text))
		return `${text}m`;
	if (type === 'hours' && /^\d+$/.test(text))
		return `${text}h`;
	return text;
}

export function membersOf(kind, values, row) {
	const members = {};

	for (const [name, , type] of FIELDS[kind]) {
		const text = written(type, values[name]);

		if (text || row)
			members[name] = text;
	}
	return members;
}
