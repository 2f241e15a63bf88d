/* Another day: the last seven in one tap, any other by its date. */
import { html, useState } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { addDays, dayName } from '../../../shared/web/format.js';
import { t } from '../../../shared/web/i18n.js';
import { day, setDay, today } from '../state.js';

const RECENT = 7;

export function DayDialog({ onClose }) {
	const [typed, setTyped] = useState(day.value);
	const recent = Array.from({ length: RECENT }, (_, i) =>
		addDays(today.value, -i),
	);
	const ahead = typed > today.value;

	function take(wanted) {
		void setDay(wanted);
		onClose();
	}

	function submit(event) {
		event.preventDefault();
		if (typed && !ahead)
			take(typed);
	}

	return html`<${Dialog} title=${t('frame.chooseDay')} onClose=${onClose}>
		<div class="tiles tiles-days">
			${recent.map(
				(one) =>
					html`<button
						key=${one}
						type="button"
						class="tile"
						aria-pressed=${one === day.value}
						onClick=${() => take(one)}
					>
						${one === today.value &&
						html`<span class="small">${t('frame.today')}</span>`}
						${dayName(one)}
					</button>`,
			)}
		</div>
		<form class="row" onSubmit=${submit}>
			<label class="label" for="day-typed">${t('frame.otherDay')}</label>
			<input
				id="day-typed"
				class="input input-date"
				type="date"
				required
				max=${today.value}
				value=${typed}
				aria-invalid=${ahead}
				onInput=${(event) => setTyped(event.currentTarget.value)}
			/>
			<button type="submit" class="button button-main">
				${t('frame.show')}
			</button>
			${ahead &&
			html`<p class="field-error" role="alert">${t('frame.ahead')}</p>`}
		</form>
	<//>`;
}
