/* What may be added: a note, the phase of an AFEST. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { day, slot, slotName } from '../../state.js';
import { dayName } from '../../../../shared/web/format.js';

const PHASES = [1, 2, 3, 4];

function Phases({ phase, onChange }) {
	return html`<fieldset class="stack">
		<legend>${t('skills.afest')}</legend>
		<p class="field-help">${t('skills.afestHelp')}</p>
		<div class="skills-levels">
			${PHASES.map(
				(one) =>
					html`<button
						key=${one}
						type="button"
						class="tile"
						aria-pressed=${phase === one}
						onClick=${() => onChange(phase === one ? 0 : one)}
					>
						${t(`skills.phase${one}`)}
					</button>`,
			)}
		</div>
	</fieldset>`;
}

export function More({ draft, onChange }) {
	return html`<details class="card skills-more">
		<summary>${t('skills.moreTitle')}</summary>
		<div class="stack">
			<p class="soft">
				${t('skills.linked', {
					day: dayName(day.value),
					slot: slotName(slot.value),
				})}
			</p>
			<div class="field">
				<label for="skills-note">${t('skills.note')}</label>
				<textarea
					id="skills-note"
					class="input"
					rows="3"
					maxlength="1000"
					value=${draft.note}
					onInput=${(event) => onChange({ note: event.target.value })}
				></textarea>
				<p class="field-help">${t('skills.noteHelp')}</p>
			</div>
			<${Phases}
				phase=${draft.phase}
				onChange=${(phase) => onChange({ phase })}
			/>
		</div>
	</details>`;
}
