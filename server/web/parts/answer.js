/*
 * What a question's answer shows, whatever it is: nothing for a moment, grey
 * lines when it takes longer, what went wrong, or ${children}(data).
 *
 *	const answer = useAnswer('todo');
 *	<${Answer} of=${answer}>${(data) => html`…`}<//>
 */
import { html, useEffect, useState } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { Strip } from './strip.js';

const PATIENCE_MS = 300;

export function Loading({ lines = 6 }) {
	const [late, setLate] = useState(false);

	useEffect(() => {
		const timer = setTimeout(() => setLate(true), PATIENCE_MS);

		return () => clearTimeout(timer);
	}, []);
	return html`<div class="loading" aria-busy="true" role="status">
		<span class="visually-hidden">${late ? t('ui.loading') : ''}</span>
		${late &&
		Array.from(
			{ length: lines },
			(_, i) => html`<span key=${i} class="loading-line"></span>`,
		)}
	</div>`;
}

export function Wrong({ error, onAgain }) {
	return html`<${Strip} look="bad">
		<div class="row">
			<p class="grow" role="alert">${error.message}</p>
			<button type="button" class="button" onClick=${onAgain}>
				${t('parts.retry')}
			</button>
		</div>
	<//>`;
}

export function Answer({ of, lines, children }) {
	if (of.data)
		return children(of.data);
	if (of.error)
		return html`<${Wrong} error=${of.error} onAgain=${of.reload} />`;
	return html`<${Loading} lines=${lines} />`;
}
