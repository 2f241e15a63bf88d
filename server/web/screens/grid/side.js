/* A cell at the side: what stands there, what it was, and another value. */
import {
	html,
	useEffect,
	useState,
} from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { get, useLists } from '../../ask.js';
import { href } from '../../route.js';
import { can } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { AreaField, FormFault, Submit, useForm } from '../../parts/form.js';
import { Strip } from '../../parts/strip.js';
import { Tabs } from '../../parts/tabs.js';
import { ValueFields, checkValues, valuesOf, wishOf } from './fields.js';
import { HALVES, cellAt, extrasOf, freeExtra, isFilled } from './model.js';
import { MoveDialog } from './move.js';
import { Told } from './told.js';
import { slotName } from './words.js';

function SlotForm({ grid, row, day, slot, acts }) {
	const cell = cellAt(row, day, slot);
	const value = isFilled(cell) ? cell.value : null;
	const lists = useLists() || {};
	const sites = (lists.sites || [])
		.filter((one) => one.structure === row.structure)
		.map((one) => ({ value: one.id, label: one.name }));
	const form = useForm(
		valuesOf(value, row),
		async (values) => {
			const wish = wishOf(values, value, row);
			const error = await acts.slotAct(
				value ? 'hours/set' : 'hours/add',
				acts.members(row, day, slot, {
					...wish,
					reason: values.reason.trim() || null,
				}),
				{ row, day, slot, wish },
			);

			return error || null;
		},
		(values) => checkValues(grid, values),
	);

	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		<h3>${value ? t('grid.correct') : t('grid.add')}</h3>
		<${FormFault} form=${form} />
		<${ValueFields} form=${form} grid=${grid} sites=${sites} />
		${value &&
		html`<${AreaField}
			form=${form}
			name="reason"
			label=${t('parts.reason')}
			rows="2"
			maxlength="500"
			required
		/>`}
		<div class="form-acts">
			<${Submit} form=${form}>
				${value ? t('grid.correct') : t('grid.add')}
			<//>
		</div>
	</form>`;
}

function Acts({ grid, row, day, slot, acts, onMove }) {
	return html`<div class="row">
		<button
			type="button"
			class="button"
			onClick=${() => acts.voidSlot(row, day, slot)}
		>
			<${Icon} name="ban" />${t('grid.voidYes')}
		</button>
		<button type="button" class="button" onClick=${onMove}>
			<${Icon} name="arrow-right" />${t('grid.move')}
		</button>
	</div>`;
}

/* The history, asked for anew when an act on this slot gave it another
 * version: the whole month need not be. */
function useStory(members, version) {
	const of = JSON.stringify([members, version]);
	const [answer, setAnswer] = useState({ data: null, error: null });
	const [tries, setTries] = useState(0);

	useEffect(() => {
		let wanted = true;

		void get('hours/history', members).then((found) => {
			if (wanted)
				setAnswer(found);
		});
		return () => {
			wanted = false;
		};
	}, [of, tries]);
	return { ...answer, reload: () => setTries(tries + 1) };
}

function Slot({ grid, row, day, slot, acts }) {
	const [moving, setMoving] = useState(false);
	const cell = cellAt(row, day, slot);
	const answer = useStory(
		{
			worker: row.worker,
			structure: row.structure,
			day: grid.days[day].iso,
			slot,
		},
		cell?.version,
	);
	const writes = can('hours_write') && !row.unknown;
	const clash = cell?.state === 'contested';

	return html`<div class="stack">
		${row.closed &&
		html`<${Strip} look="late" icon="lock"><p>${t('grid.closedHelp')}</p><//>`}
		${cell?.flags.includes('doubled') &&
		html`<${Strip} look="clash"><p>${t('grid.doubledHelp')}</p><//>`}
		${clash &&
		html`<${Strip} look="clash">
			<p>${t('grid.contestedHelp')}</p>
			${can('settle') &&
			html`<p><a href=${href(['conflicts'])}>${t('grid.settle')}</a></p>`}
		<//>`}
		${writes &&
		!clash &&
		html`<${SlotForm}
			key=${`${slot} ${cell?.version}`}
			grid=${grid}
			row=${row}
			day=${day}
			slot=${slot}
			acts=${acts}
		/>`}
		${writes &&
		cell?.state === 'merged' &&
		html`<${Acts}
			grid=${grid}
			row=${row}
			day=${day}
			slot=${slot}
			acts=${acts}
			onMove=${() => setMoving(true)}
		/>`}
		<h3>${t('grid.history')}</h3>
		<${Answer} of=${answer} lines=${3}>
			${(data) =>
				data.rows.length === 0
					? html`<p class="soft">${t('grid.nothing')}</p>`
					: html`<ol class="grid-story" reversed>
							${[...data.rows].reverse().map(
								(one) => html`<${Told}
									key=${one.hash}
									kinds=${grid.kinds}
									entry=${one}
								/>`,
							)}
						</ol>`}
		<//>
		${moving &&
		html`<${MoveDialog}
			grid=${grid}
			row=${row}
			day=${day}
			slot=${slot}
			acts=${acts}
			onClose=${() => setMoving(false)}
		/>`}
	</div>`;
}

export function SlotPanel({ grid, row, at, acts }) {
	const [slot, setSlot] = useState(HALVES[at.half]);
	const free = can('hours_write') ? freeExtra(row, at.day) : '';
	const slots = [...HALVES, ...extrasOf(row, at.day).map((one) => one.slot)];
	const tabs = slots.map((one) => ({ id: one, label: slotName(one) }));

	if (free)
		tabs.push({ id: free, label: t('grid.another') });
	return html`<${Tabs}
		label=${t('grid.slots')}
		tabs=${tabs}
		at=${slot}
		onChange=${setSlot}
	>
		<${Slot}
			key=${slot}
			grid=${grid}
			row=${row}
			day=${at.day}
			slot=${slot}
			acts=${acts}
		/>
	<//>`;
}
