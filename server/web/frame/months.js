/* The month of what is shown: before, after, or any. */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { addMonths, monthName } from '../../../shared/web/format.js';
import { t } from '../../../shared/web/i18n.js';
import { month, setMonth } from '../route.js';
import { today } from '../state.js';

const YEARS_BACK = 2;

function choices() {
	const now = today.value.slice(0, 7);
	const all = new Set([month.value]);

	for (let back = -1; back < 12 * YEARS_BACK; back += 1)
		all.add(addMonths(now, -back));
	return [...all].sort().reverse();
}

function Step({ by, icon, label }) {
	return html`<button
		type="button"
		class="button-icon"
		aria-label=${t(label, { month: monthName(addMonths(month.value, by)) })}
		onClick=${() => setMonth(addMonths(month.value, by))}
	>
		<span class="icon-directed"><${Icon} name=${icon} /></span>
	</button>`;
}

export function MonthPicker() {
	return html`<div class="head-months" role="group" aria-label=${t('frame.month')}>
		<${Step} by=${-1} icon="chevron-left" label="frame.monthBefore" />
		<select
			class="input head-month"
			aria-label=${t('frame.month')}
			value=${month.value}
			onChange=${(event) => setMonth(event.currentTarget.value)}
		>
			${choices().map(
				(one) =>
					html`<option key=${one} value=${one}>
						${monthName(one)}
					</option>`,
			)}
		</select>
		<${Step} by=${1} icon="chevron-right" label="frame.monthAfter" />
	</div>`;
}
