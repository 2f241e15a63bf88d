/* What was put on the wrong worker, day or half-day goes to the right one. */
import { html, useId, useState } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, day, slot, slotName, today } from '../../state.js';
import { cancel, move } from './acts.js';
import { FORM, Refusal, useAct } from './form.js';
import { FIRST_REASON, Reason, reasonText } from './reasons.js';

function WorkerField({ value, onChange }) {
	const id = useId();

	return html`<div class="field">
		<label for=${id}>${t('cell.toWorker')}</label>
		<select
			id=${id}
			class="input"
			value=${value}
			onChange=${(event) => onChange(event.currentTarget.value)}
		>
			${crew.value.workers.map(
				(one) =>
					html`<option key=${one.worker} value=${one.worker}>
						${one.name}
					</option>`,
			)}
		</select>
	</div>`;
}

function SlotField({ value, onChange }) {
	return html`<div class="field" role="group" aria-label=${t('cell.toSlot')}>
		<span class="label" aria-hidden="true">${t('cell.toSlot')}</span>
		<div class="cell-pair">
			${['am', 'pm'].map(
				(name) =>
					html`<button
						key=${name}
						type="button"
						class="tile"
						aria-pressed=${value === name}
						onClick=${() => onChange(name)}
					>
						${slotName(name)}
					</button>`,
			)}
		</div>
	</div>`;
}

/* Only what differs from where it is. */
function changes(worker, to) {
	return {
		'to-worker': to.worker === worker.worker ? undefined : to.worker,
		'to-day': to.day === day.value ? undefined : to.day,
		'to-slot': to.slot === slot.value ? undefined : to.slot,
	};
}

export function MoveForm({ worker, onDone }) {
	const id = useId();
	const [to, setTo] = useState({
		worker: worker.worker,
		day: day.value,
		slot: slot.value,
	});
	const [reason, setReason] = useState(FIRST_REASON);
	const { error, run, refuse } = useAct(onDone);
	const set = (name) => (value) =>
		setTo((before) => ({ ...before, [name]: value }));

	function submit(event) {
		const members = changes(worker, to);

		event.preventDefault();
		if (Object.values(members).every((value) => value === undefined))
			refuse(t('cell.moveNowhere'));
		else if (!reasonText(reason))
			refuse(t('cell.reasonMissing'));
		else
			void run(() => move(worker, members, reasonText(reason)));
	}

	return html`<form id=${FORM} class="stack" onSubmit=${submit}>
		<p>${t('cell.moveHelp')}</p>
		<${Refusal} text=${error} />
		<${WorkerField} value=${to.worker} onChange=${set('worker')} />
		<div class="field">
			<label for=${id}>${t('cell.toDay')}</label>
			<input
				id=${id}
				class="input"
				type="date"
				required
				max=${today.value}
				value=${to.day}
				onInput=${(event) => set('day')(event.currentTarget.value)}
			/>
		</div>
		<${SlotField} value=${to.slot} onChange=${set('slot')} />
		<${Reason} reason=${reason} onChange=${setReason} />
	</form>`;
}

export function CancelForm({ worker, onDone }) {
	const [reason, setReason] = useState(FIRST_REASON);
	const { error, run, refuse } = useAct(onDone);

	function submit(event) {
		event.preventDefault();
		if (reasonText(reason))
			void run(() => cancel(worker, reasonText(reason)));
		else
			refuse(t('cell.reasonMissing'));
	}

	return html`<form id=${FORM} class="stack" onSubmit=${submit}>
		<p>${t('cell.cancelHelp')}</p>
		<${Refusal} text=${error} />
		<${Reason} reason=${reason} onChange=${setReason} />
	</form>`;
}
