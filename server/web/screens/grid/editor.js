/* Typing into a cell: over it, with what is wrong below. Enter records and
 * goes down, Tab sideways, Escape leaves all as it was. */
import {
	html,
	useId,
	useLayoutEffect,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { readTyped } from './typed.js';

/* ${begun}: a key was pressed on the cell, and is its first letter. */
export function Editor({ typed, begun, label, kinds, onRecord, onLeave }) {
	const [text, setText] = useState(typed);
	const [wrong, setWrong] = useState('');
	const busy = useRef(false);
	const input = useRef(null);
	const id = useId();

	useLayoutEffect(() => {
		const { current } = input;

		current.focus();
		current.setSelectionRange(current.value.length, current.value.length);
	}, []);

	async function record(step) {
		const wish = readTyped(text, kinds);

		if (busy.current)
			return;
		if (!wish) {
			setWrong(t('grid.cannotRead'));
			return;
		}
		busy.current = true;
		const error = await onRecord(wish, step);

		busy.current = false;
		if (error)
			setWrong(error.message);
	}

	function onKeyDown(event) {
		event.stopPropagation();
		if (event.key === 'Escape') {
			event.preventDefault();
			onLeave();
		} else if (event.key === 'Enter') {
			event.preventDefault();
			void record('down');
		} else if (event.key === 'Tab') {
			event.preventDefault();
			void record(event.shiftKey ? 'back' : 'on');
		}
	}

	return html`<span class="grid-editor">
		<input
			ref=${input}
			class="input grid-input"
			aria-label=${label}
			aria-invalid=${wrong ? 'true' : undefined}
			aria-describedby=${wrong ? id : undefined}
			autocomplete="off"
			maxlength="40"
			value=${text}
			onInput=${(event) => {
				setText(event.currentTarget.value);
				setWrong('');
			}}
			onKeyDown=${onKeyDown}
			onClick=${(event) => event.stopPropagation()}
			onBlur=${() => {
				if (!busy.current && text === typed && !begun)
					onLeave(true);
				else if (!busy.current && !wrong)
					void record('stay');
			}}
		/>
		${wrong &&
		html`<span id=${id} class="grid-wrong" role="alert">${wrong}</span>`}
	</span>`;
}
