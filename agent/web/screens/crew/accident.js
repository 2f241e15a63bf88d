/* A work accident: when, where, what happened; nothing about the injury. */
import { html, useId, useState } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, isToday } from '../../state.js';
import { accident } from './acts.js';
import { TimeField, timeTyped } from './fields.js';
import { FORM, Refusal, useAct } from './form.js';

const TEXT_MAX = 500;

/* Shown until it was read: by when the employer must declare it. */
export function Deadline({ deadline, onClose }) {
	return html`
		<div class="strip strip-good" role="status">
			<${Icon} name="circle-check" />
			<p>${t('cell.accidentSaved')}</p>
		</div>
		<div class="strip strip-warn">
			<${Icon} name="alarm-clock" />
			<p>
				${t('cell.accidentDeadline')}${' '}
				<strong>${stamp(deadline)}</strong>
			</p>
		</div>
		<p>${t('cell.accidentCall')}</p>
		<button
			type="button"
			class="button button-main"
			data-autofocus
			onClick=${onClose}
		>
			${t('cell.accidentRead')}
		</button>
	`;
}

export function AccidentForm({ worker, onSaved }) {
	const id = useId();
	const [wish, setWish] = useState({
		at: '',
		place: crew.value.site_name || '',
		what: '',
	});
	const { error, run } = useAct(onSaved);
	const set = (name) => (value) =>
		setWish((before) => ({ ...before, [name]: value }));

	function submit(event) {
		event.preventDefault();
		void run(() =>
			accident(worker, {
				at: timeTyped(wish.at),
				place: wish.place,
				what: wish.what || undefined,
			}),
		);
	}

	return html`<form id=${FORM} class="stack" onSubmit=${submit}>
		<p class="strip strip-bad">
			<${Icon} name="siren" /><strong>${t('cell.accidentFirst')}</strong>
		</p>
		<${Refusal} text=${error} />
		<${TimeField}
			label=${t('cell.accidentAt')}
			required
			now=${isToday.value}
			value=${wish.at}
			onChange=${set('at')}
		/>
		<div class="field">
			<label for=${`${id}p`}>${t('cell.accidentPlace')}</label>
			<input
				id=${`${id}p`}
				class="input"
				required
				maxlength=${TEXT_MAX}
				value=${wish.place}
				onInput=${(event) => set('place')(event.currentTarget.value)}
			/>
		</div>
		<div class="field">
			<label for=${`${id}w`}>${t('cell.accidentWhat')}</label>
			<textarea
				id=${`${id}w`}
				class="input"
				rows="3"
				maxlength=${TEXT_MAX}
				aria-describedby=${`${id}h`}
				value=${wish.what}
				onInput=${(event) => set('what')(event.currentTarget.value)}
			/>
			<p id=${`${id}h`} class="field-help">${t('cell.accidentHelp')}</p>
		</div>
	</form>`;
}
