/* Why a half-day is changed: four ready answers, or one's own words. */
import { html, useId } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';

const READY = ['mistake', 'leftEarly', 'learnt', 'agreed'];

export const FIRST_REASON = { choice: 'mistake', text: '' };

/* The words that are recorded; '' while one's own are missing. */
export function reasonText(reason) {
	return reason.choice === 'other'
		? reason.text.trim()
		: t(`cell.reason_${reason.choice}`);
}

export function Reason({ reason, onChange }) {
	const id = useId();

	return html`<div class="cell-reason">
		<div class="field">
			<label for=${id}>${t('cell.reason')}</label>
			<select
				id=${id}
				class="input"
				value=${reason.choice}
				onChange=${(event) =>
					onChange({ ...reason, choice: event.currentTarget.value })}
			>
				${[...READY, 'other'].map(
					(name) =>
						html`<option key=${name} value=${name}>
							${t(`cell.reason_${name}`)}
						</option>`,
				)}
			</select>
		</div>
		${reason.choice === 'other' &&
		html`<div class="field">
			<label for=${`${id}t`}>${t('cell.reasonOwn')}</label>
			<input
				id=${`${id}t`}
				class="input"
				maxlength="500"
				required
				value=${reason.text}
				onInput=${(event) =>
					onChange({ ...reason, text: event.currentTarget.value })}
			/>
		</div>`}
	</div>`;
}
