/* Signing by digits of one's choice: on the screen or the keyboard. */
import { html, useId, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { answerText, tw } from './words.js';

const MIN = 4;
const MAX = 8;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

function Keys({ value, onChange }) {
	return html`<div class="signoff-keys" dir="ltr" role="group" aria-label=${tw('pin')}>
		${DIGITS.map(
			(digit) =>
				html`<button
					key=${digit}
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
			class="tile signoff-erase"
			aria-label=${tw('erase')}
			disabled=${value === ''}
			onClick=${() => onChange(value.slice(0, -1))}
		>
			<${Icon} name="delete" />
		</button>
	</div>`;
}

export function Code({ answer, busy, onSign }) {
	const id = useId();
	const [pin, setPin] = useState('');

	function submit(event) {
		event.preventDefault();
		if (!busy && pin.length >= MIN)
			onSign({ pin });
	}

	return html`<form class="signoff-code" onSubmit=${submit}>
		<label for=${id}>${tw('pinHelp')}</label>
		<input
			id=${id}
			class="input"
			dir="ltr"
			type="password"
			inputmode="numeric"
			autocapitalize="none"
			spellcheck=${false}
			autocomplete="off"
			maxlength=${MAX}
			value=${pin}
			onInput=${(event) => {
				const digits = event.currentTarget.value.replace(/\D/g, '');

				event.currentTarget.value = digits;
				setPin(digits);
			}}
		/>
		<${Keys} value=${pin} onChange=${setPin} />
		<button
			class="button button-main signoff-answer"
			disabled=${busy || pin.length < MIN}
		>
			<${Icon} name="check" big />
			${tw('sign', { answer: answerText(answer) })}
		</button>
	</form>`;
}
