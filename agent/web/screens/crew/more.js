/* For the whole crew: a weather stop, somebody new, the keys. */
import { html, useId, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { isToday, slot, slotName } from '../../state.js';
import { addNewcomer, weather } from './acts.js';
import { TimeField, timeTyped } from './fields.js';
import { Refusal, useAct } from './form.js';

function WeatherForm({ onDone }) {
	const [at, setAt] = useState('');
	const { busy, error, run } = useAct(onDone);

	function submit(event) {
		event.preventDefault();
		void run(() => weather(timeTyped(at)));
	}

	return html`<form class="stack" onSubmit=${submit}>
		<p>${t('crew.weatherHelp')}</p>
		<${Refusal} text=${error} />
		<${TimeField}
			label=${t('crew.weatherAt', {
				slot: slotName(slot.value).toLowerCase(),
			})}
			required
			now=${isToday.value}
			value=${at}
			onChange=${setAt}
		/>
		<button class="button button-main" disabled=${busy}>
			<${Icon} name="cloud-rain" />${t('crew.weatherSave')}
		</button>
	</form>`;
}

function NewcomerForm({ onDone }) {
	const id = useId();
	const [first, setFirst] = useState('');
	const [initial, setInitial] = useState('');
	const { busy, error, run } = useAct(onDone);

	function submit(event) {
		event.preventDefault();
		void run(() =>
			addNewcomer(first.trim(), initial.trim() || undefined),
		);
	}

	return html`<form class="stack" onSubmit=${submit}>
		<p>${t('crew.newcomerHelp')}</p>
		<${Refusal} text=${error} />
		<div class="field">
			<label for=${`${id}f`}>${t('crew.firstName')}</label>
			<input
				id=${`${id}f`}
				class="input"
				required
				autocomplete="off"
				maxlength="60"
				value=${first}
				onInput=${(event) => setFirst(event.currentTarget.value)}
			/>
		</div>
		<div class="field">
			<label for=${`${id}i`}>
				${t('crew.initial')} (${t('ui.optional')})
			</label>
			<input
				id=${`${id}i`}
				class="input"
				autocomplete="off"
				maxlength="2"
				value=${initial}
				onInput=${(event) => setInitial(event.currentTarget.value)}
			/>
		</div>
		<button class="button button-main" disabled=${busy}>
			<${Icon} name="user-plus" />${t('crew.newcomerSave')}
		</button>
	</form>`;
}

function Keys() {
	const keys = ['arrows', 'p', 'a', 'm', 't', 'digits', 'enter', 'undo'];

	return html`<dl class="keys">
		${keys.map(
			(name) => html`
				<dt><kbd>${t(`crew.key_${name}`)}</kbd></dt>
				<dd>${t(`crew.does_${name}`)}</dd>
			`,
		)}
	</dl>`;
}

const VIEWS = {
	weather: { icon: 'cloud-rain', key: 'crew.weather', View: WeatherForm },
	newcomer: { icon: 'user-plus', key: 'crew.newcomer', View: NewcomerForm },
	keys: { icon: 'info', key: 'crew.keys', View: Keys },
};

export function MoreDialog({ onClose }) {
	const [view, setView] = useState('');
	const found = VIEWS[view];

	return html`<${Dialog}
		title=${t(found ? found.key : 'crew.moreTitle')}
		onClose=${onClose}
		footer=${found &&
		html`<button
			type="button"
			class="button"
			onClick=${() => setView('')}
		>
			${t('ui.back')}
		</button>`}
	>
		${found
			? html`<${found.View} onDone=${onClose} />`
			: Object.entries(VIEWS).map(
					([name, one]) =>
						html`<button
							key=${name}
							type="button"
							class="button button-wide menu-line"
							onClick=${() => setView(name)}
						>
							<${Icon} name=${one.icon} />${t(one.key)}
						</button>`,
				)}
	<//>`;
}
