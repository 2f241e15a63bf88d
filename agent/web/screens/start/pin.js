/*
 * The PIN: digits on the screen for gloves, or the keyboard's. It locks the
 * page, never the sync.
 */
import { html, useEffect, useId, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { go, say, sessionAct, session, who } from '../../state.js';
import { Failure } from './failure.js';
import { useFirstFocus } from './focus.js';

const MIN = 4;
const MAX = 8;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0'];

function PinField({ label, help, value, onChange, first }) {
	const id = useId();
	const ref = useFirstFocus(Boolean(first));

	return html`<div class="field">
		<label for=${id}>${label}</label>
		<input
			id=${id}
			class="input pin-input"
			type="password"
			inputmode="numeric"
			autocapitalize="none"
			spellcheck=${false}
			autocomplete="off"
			maxlength=${MAX}
			ref=${ref}
			aria-describedby=${help && `${id}h`}
			value=${value}
			onInput=${(event) => {
				const digits = event.currentTarget.value.replace(/\D/g, '');

				event.currentTarget.value = digits;
				onChange(digits);
			}}
		/>
		${help && html`<p id=${`${id}h`} class="field-help">${help}</p>`}
	</div>`;
}

/* Big digits; the field above is what counts. */
function Keypad({ value, onChange }) {
	return html`<div class="keypad" role="group" aria-label=${t('start.keypad')}>
		${DIGITS.map((digit, i) =>
			digit === ''
				? html`<span key=${i} />`
				: html`<button
						key=${i}
						type="button"
						class="tile big"
						disabled=${value.length >= MAX}
						onClick=${() => onChange(value + digit)}
					>
						${digit}
					</button>`,
		)}
		<button
			type="button"
			class="tile"
			aria-label=${t('start.erase')}
			disabled=${value === ''}
			onClick=${() => onChange(value.slice(0, -1))}
		>
			<${Icon} name="delete" />
		</button>
	</div>`;
}

/* Seconds left before the agent listens again; 0: it does. */
function useWait() {
	const [left, setLeft] = useState(0);

	useEffect(() => {
		if (left <= 0)
			return undefined;
		const timer = setTimeout(() => setLeft(left - 1), 1000);

		return () => clearTimeout(timer);
	}, [left]);
	return [left, setLeft];
}

export function EnterPin({ supervisor, onBack, onDone }) {
	const [pin, setPin] = useState('');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);
	const [left, setLeft] = useWait();

	async function submit(event) {
		event.preventDefault();
		if (busy || left > 0 || pin.length < MIN)
			return;
		setBusy(true);
		const answer = await sessionAct('who', {
			supervisor: supervisor.id,
			pin,
		});

		setBusy(false);
		setPin('');
		if (answer.data) {
			onDone();
			return;
		}
		setError(answer.error);
		setLeft(answer.error.retryAfter);
	}

	return html`<form class="stack pin" onSubmit=${submit}>
		<h1>${supervisor.name}</h1>
		<${Failure} error=${error} />
		<${PinField}
			label=${t('start.pin')}
			first
			value=${pin}
			onChange=${setPin}
		/>
		<${Keypad} value=${pin} onChange=${setPin} />
		<button
			class="button button-main"
			disabled=${busy || left > 0 || pin.length < MIN}
		>
			<${Icon} name="lock-open" />
			${left > 0 ? t('start.wait', { n: left }) : t('start.enter')}
		</button>
		<button type="button" class="button" onClick=${onBack}>
			<${Icon} name="users" />${t('frame.someoneElse')}
		</button>
		<p class="small soft">${t('start.forgotten')}</p>
	</form>`;
}

function problemOf(pin, again) {
	if (pin.length < MIN)
		return t('start.pinShort');
	return pin === again ? '' : t('start.pinDiffers');
}

/* A first PIN, or a new one in place of the ${old}. */
function NewPin({ supervisor, hasOld, title, onBack, onDone }) {
	const [old, setOld] = useState('');
	const [pin, setPin] = useState('');
	const [again, setAgain] = useState('');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function submit(event) {
		const message = problemOf(pin, again);

		event.preventDefault();
		if (busy)
			return;
		if (message) {
			setError({ slug: 'invalid', message });
			return;
		}
		setBusy(true);
		setError(null);
		const answer = await sessionAct('pin', {
			supervisor: supervisor.id,
			pin,
			old: hasOld ? old : undefined,
		});

		setBusy(false);
		if (answer.error)
			setError(answer.error);
		else
			await onDone(pin);
	}

	return html`<form class="stack pin" onSubmit=${submit}>
		<h1>${title}</h1>
		<p>${t('start.pinHelp')}</p>
		<${Failure} error=${error} />
		${hasOld &&
		html`<${PinField}
			label=${t('start.oldPin')}
			first
			value=${old}
			onChange=${setOld}
		/>`}
		<${PinField}
			label=${t('start.newPin')}
			help=${t('start.pinDigits')}
			first=${!hasOld}
			value=${pin}
			onChange=${setPin}
		/>
		<${PinField}
			label=${t('start.newPinAgain')}
			value=${again}
			onChange=${setAgain}
		/>
		<button class="button button-main" disabled=${busy}>
			<${Icon} name="check" />${t('start.pinSave')}
		</button>
		<button type="button" class="button" onClick=${onBack}>
			${t('ui.back')}
		</button>
	</form>`;
}

export function ChoosePin({ supervisor, onBack, onDone }) {
	/* Who chose a PIN is here, if the agent does not think so already. */
	async function enter(pin) {
		if (session.value.locked || who.value?.id !== supervisor.id)
			await sessionAct('who', { supervisor: supervisor.id, pin });
		onDone();
	}

	return html`<${NewPin}
		supervisor=${supervisor}
		title=${t('start.choosePin', { name: supervisor.name })}
		onBack=${onBack}
		onDone=${enter}
	/>`;
}

function ChangePin() {
	const now = session.value.supervisors.find(
		(one) => one.id === who.value.id,
	);

	return html`<div class="page">
		<${NewPin}
			supervisor=${who.value}
			hasOld=${Boolean(now?.pin)}
			title=${t('frame.changePin')}
			onBack=${() => go('crew')}
			onDone=${() => {
				say(t('start.pinChanged'));
				go('crew');
			}}
		/>
	</div>`;
}

export const pinScreen = { Screen: ChangePin, tab: '' };
