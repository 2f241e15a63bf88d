/* Why a value is replaced, and that it is. The last reason given is offered
 * again: a sheet that was misread is seldom misread once. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { minutesOf } from './typed.js';
import { cellAt } from './model.js';
import { ReasonDialog } from './reason.js';
import { slotName, valueText } from './words.js';

/* What the value will be. */
export function wishText(grid, before, wish) {
	const kind = wish.kind || before?.kind || 'work';
	const absence = grid.kinds.get(kind)?.absence;
	const minutes = wish.time
		? minutesOf(wish.time)
		: wish.kind && absence
			? 0
			: before?.minutes || 0;

	return valueText(grid.kinds, { kind, minutes });
}

export function CorrectDialog({ grid, row, day, slot, wish, then, acts, onClose }) {
	const before = cellAt(row, day, slot)?.value;

	return html`<${ReasonDialog}
		title=${t('grid.correctTitle', {
			name: row.name,
			day: grid.days[day].name,
			slot: slotName(slot),
		})}
		text=${t('grid.correctText', {
			before: valueText(grid.kinds, before),
			after: wishText(grid, before, wish),
		})}
		yes=${t('grid.correct')}
		onYes=${(reason) =>
			acts.slotAct(
				'hours/set',
				acts.members(row, day, slot, { ...wish, reason }),
				{ row, day, slot, wish },
			)}
		onDone=${then}
		onClose=${onClose}
	/>`;
}
