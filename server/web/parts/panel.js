/*
 * What belongs to one row, at the side of the list; where there is no room
 * for both, a dialog. It takes the focus when it opens, Escape closes it and
 * gives the focus back.
 *
 *	<${Sided} panel=${chosen && html`<${Panel} title=… onClose=…>…<//>`}>
 *		the list
 *	<//>
 */
import {
	html,
	useEffect,
	useId,
	useLayoutEffect,
	useRef,
	useState,
} from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';

const ROOM = '(min-width: 75rem)';

export function useMedia(text) {
	const [fits, setFits] = useState(() => matchMedia(text).matches);

	useEffect(() => {
		const media = matchMedia(text);
		const follow = () => setFits(media.matches);

		media.addEventListener('change', follow);
		return () => media.removeEventListener('change', follow);
	}, [text]);
	return fits;
}

export function Sided({ panel, children }) {
	return html`<div class=${panel ? 'sided sided-open' : 'sided'}>
		<div class="sided-main">${children}</div>
		${panel}
	</div>`;
}

function Aside({ title, onClose, footer, children }) {
	const id = useId();
	const ref = useRef(null);

	useLayoutEffect(() => {
		const before = document.activeElement;

		ref.current.focus();
		return () => {
			if (before?.isConnected)
				before.focus();
		};
	}, []);

	function onKeyDown(event) {
		/* A question asked from here closes by itself, and only it. */
		if (event.key !== 'Escape' || event.target.closest('dialog'))
			return;
		event.stopPropagation();
		onClose();
	}

	return html`<aside
		class="panel"
		aria-labelledby=${id}
		tabindex="-1"
		ref=${ref}
		onKeyDown=${onKeyDown}
	>
		<header class="panel-head">
			<h2 id=${id}>${title}</h2>
			<button
				type="button"
				class="button-icon"
				aria-label=${t('ui.close')}
				onClick=${onClose}
			>
				<${Icon} name="x" />
			</button>
		</header>
		<div class="panel-body">${children}</div>
		${footer && html`<footer class="dialog-foot">${footer}</footer>`}
	</aside>`;
}

/* Is there room for both? */
export function useRoom() {
	return useMedia(ROOM);
}

export function Panel(props) {
	return useRoom()
		? html`<${Aside} ...${props} />`
		: html`<${Dialog} ...${props} />`;
}
