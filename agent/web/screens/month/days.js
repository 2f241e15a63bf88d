/* A worker's days: each half-day leads to its cell, where it is corrected. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { dayShort, duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { slotName } from '../../state.js';
import { isAbsence, kindLabel, siteName } from '../crew/model.js';

const HALVES = ['am', 'pm'];

/* [{day, slots: {am: row…}}] of the rows and of what is missing. */
export function daysOf(rows, anomalies) {
	const days = new Map();

	function at(day) {
		if (!days.has(day))
			days.set(day, {});
		return days.get(day);
	}

	for (const row of rows)
		at(row.day)[row.slot] = row;
	for (const one of anomalies)
		if (one.what === 'missing' && !at(one.day)[one.slot])
			at(one.day)[one.slot] = { ...one, state: 'empty' };
	return [...days]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([day, slots]) => ({ day, slots }));
}

/* {icon, look, what, where}: one slot as the lists and the sheet show it. */
export function slotText(row) {
	if (row.state === 'empty')
		return { icon: 'circle-dashed', look: 'empty', what: t('crew.todo') };
	if (row.state === 'contested')
		return { icon: 'triangle-alert', look: 'clash', what: t('crew.clash') };
	if (row.state === 'void')
		return { icon: 'ban', look: 'empty', what: t('crew.void') };
	const away = isAbsence(row.kind);

	return {
		icon: away ? 'x' : 'check',
		look: away ? 'absent' : 'present',
		what: [
			row.kind !== 'work' && kindLabel(row.kind),
			row.minutes > 0 && duration(row.minutes),
		]
			.filter(Boolean)
			.join(' '),
		where: [row.site && !away && siteName(row.site), row.activity]
			.filter(Boolean)
			.join(' · '),
	};
}

function Slot({ day, name, row, onOpen }) {
	const { icon, look, what, where } = slotText(row);

	return html`<button
		type="button"
		class=${`month-slot month-slot-${look}`}
		onClick=${() => onOpen(day, name)}
	>
		<${Icon} name=${icon} />
		<span>
			<span class="month-half">${slotName(name)}</span>
			<span class="visually-hidden">${dayShort(day)}</span>
			<strong>${` ${what}`}</strong>
			${where && html`<span class="month-where">${where}</span>`}
		</span>
	</button>`;
}

function Day({ day, slots, onOpen }) {
	const extras = Object.keys(slots).filter((name) => name[0] === 'x');

	return html`<li class="month-day">
		<h2>${dayShort(day)}</h2>
		<div class="month-slots">
			${[...HALVES, ...extras.sort()]
				.filter((name) => slots[name])
				.map(
					(name) =>
						html`<${Slot}
							key=${name}
							day=${day}
							name=${name}
							row=${slots[name]}
							onOpen=${onOpen}
						/>`,
				)}
		</div>
	</li>`;
}

export function Days({ days, onOpen }) {
	if (days.length === 0)
		return html`<p class="card">${t('month.nothing')}</p>`;
	return html`<ul class="month-days">
		${days.map(
			({ day, slots }) =>
				html`<${Day} key=${day} day=${day} slots=${slots} onOpen=${onOpen} />`,
		)}
	</ul>`;
}
