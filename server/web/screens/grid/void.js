/* A value is taken back, with its reason: the slot is a blank again. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { cellAt } from './model.js';
import { ReasonDialog } from './reason.js';
import { slotName, valueText } from './words.js';

export function VoidDialog({ grid, row, day, slot, acts, onClose }) {
	return html`<${ReasonDialog}
		title=${t('grid.voidTitle', {
			name: row.name,
			day: grid.days[day].name,
			slot: slotName(slot),
		})}
		text=${t('grid.voidText', {
			before: valueText(grid.kinds, cellAt(row, day, slot)?.value),
		})}
		yes=${t('grid.voidYes')}
		danger
		onYes=${(reason) =>
			acts.slotAct(
				'hours/void',
				acts.members(row, day, slot, { reason }),
				{ row, day, slot, wish: null },
			)}
		onDone=${onClose}
		onClose=${onClose}
	/>`;
}
