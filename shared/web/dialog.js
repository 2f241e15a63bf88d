/*
 * A modal dialog. The browser's own keeps the focus in, makes the rest inert,
 * closes on Escape and gives the focus back; this adds the title, the cross,
 * and a place to return to when what had the focus was drawn anew.
 *
 *	<${Dialog} title=… onClose=${…}>…<//>
 *
 * It is open as long as it is rendered. ${steady}: Escape and the cross do
 * nothing while something is being saved. ${plain}: there is no cross.
 */
import { html, useEffect, useId, useLayoutEffect, useRef } from './preact.js';
import { Icon } from './icon.js';
import { t } from './i18n.js';

/* Back to the element, or to the one that took its id when drawn anew. */
function giveBack(element) {
	const now =
		element && !element.isConnected && element.id
			? document.getElementById(element.id)
			: element;

	if (now && now.isConnected)
		now.focus();
}

/* What scrolls and holds nothing to go to is gone to itself: the arrows move
 * it then. */
function letScroll(body) {
	const still = !body.querySelector('button, input, select, textarea, summary');

	if (still && body.scrollHeight > body.clientHeight)
		body.tabIndex = 0;
	else
		body.removeAttribute('tabindex');
}

export function Dialog({
	title,
	onClose,
	steady,
	plain,
	wide,
	children,
	footer,
}) {
	const ref = useRef(null);
	const id = useId();

	useLayoutEffect(() => {
		const before = document.activeElement;
		const dialog = ref.current;

		dialog.showModal();
		return () => {
			dialog.close();
			/* After the page drew what the dialog changed. */
			setTimeout(() => giveBack(before), 0);
		};
	}, []);
	useLayoutEffect(() => letScroll(ref.current.querySelector('.dialog-body')));
	/* The dialog itself first: its title is read, no button is armed. */
	useEffect(() => {
		const first = ref.current.querySelector('[data-autofocus]');

		(first || ref.current).focus();
	}, []);

	function cancel(event) {
		event.preventDefault();
		if (!steady)
			onClose();
	}

	return html`<dialog
		ref=${ref}
		class=${wide ? 'dialog dialog-wide' : 'dialog'}
		aria-labelledby=${id}
		tabindex="-1"
		onCancel=${cancel}
	>
		<header class="dialog-head">
			<h2 id=${id}>${title}</h2>
			${!plain &&
			html`<button
				type="button"
				class="button-icon"
				aria-label=${t('ui.close')}
				disabled=${steady}
				onClick=${onClose}
			>
				<${Icon} name="x" />
			</button>`}
		</header>
		<div class="dialog-body">${children}</div>
		${footer && html`<footer class="dialog-foot">${footer}</footer>`}
	</dialog>`;
}

/* A question whose answer acts: ${yes} says what it does, never "OK". */
export function Confirm({ title, text, yes, onYes, onClose, danger }) {
	return html`<${Dialog}
		title=${title}
		onClose=${onClose}
		footer=${html`
			<button type="button" class="button" onClick=${onClose}>
				${t('ui.cancel')}
			</button>
			<button
				type="button"
				class=${danger ? 'button button-danger' : 'button button-main'}
				onClick=${onYes}
			>
				${yes}
			</button>
		`}
	>
		<p>${text}</p>
	<//>`;
}
