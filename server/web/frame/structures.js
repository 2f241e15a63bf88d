/* The structure of what is shown, or all of them; nothing to choose from one. */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { setQuery, structure } from '../route.js';
import { lists } from '../state.js';

export function StructurePicker() {
	const all = lists.value?.structures || [];

	if (all.length < 2 && !structure.value)
		return null;
	return html`<select
		class="input head-structure"
		aria-label=${t('frame.structure')}
		value=${structure.value}
		onChange=${(event) => setQuery({ s: event.currentTarget.value })}
	>
		<option value="">${t('frame.allStructures')}</option>
		${all.map(
			(one) =>
				html`<option key=${one.id} value=${one.id}>${one.name}</option>`,
		)}
	</select>`;
}
