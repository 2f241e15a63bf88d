/*
 * A dialog's act: the dialog stays, with what was typed, until the agent said
 * that it is saved.
 */
import { html, useEffect, useRef, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';

/* A form's name: what sends it stands in the dialog's footer, always in
 * sight. */
export const FORM = 'cell-form';

/* {busy, error, run(ask), refuse(text)}; ${onDone} once ask gave data. */
export function useAct(onDone) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');

	async function run(ask) {
		if (busy)
			return;
		setBusy(true);
		setError('');
		const answer = await ask();

		setBusy(false);
		if (answer.data)
			onDone(answer.data);
		else
			setError(answer.error.message);
	}

	return { busy, error, run, refuse: setError };
}

/* It may stand above what is seen of a long form: it comes into view. */
export function Refusal({ text }) {
	const ref = useRef(null);

	useEffect(() => {
		if (text)
			ref.current.scrollIntoView({ block: 'nearest' });
	}, [text]);
	return html`<div ref=${ref} role="alert">
		${text &&
		html`<p class="strip strip-bad">
			<${Icon} name="circle-alert" /><span>${text}</span>
		</p>`}
	</div>`;
}
