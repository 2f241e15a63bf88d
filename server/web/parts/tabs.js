/*
 * Views of one thing, one at a time. ${tabs}: [{id, label, count}]; the arrows
 * go from one to the next.
 *
 *	<${Tabs} label=… tabs=${tabs} at=${id} onChange=${set}>…<//>
 */
import { html, useId } from '../../../shared/web/preact.js';
import { number } from '../../../shared/web/format.js';
import { useRoving } from '../../../shared/web/roving.js';

export function Tabs({ label, tabs, at, onChange, children }) {
	const id = useId();
	const roving = useRoving(tabs.length, 1);
	const current = tabs.find((one) => one.id === at) || tabs[0];

	function move(event) {
		roving.onKeyDown(event);
	}

	return html`<div class="tabs-all">
		<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${move}>
			${tabs.map((one, i) => {
				const cell = roving.cellProps(i);

				return html`<button
					key=${one.id}
					ref=${cell.ref}
					onFocus=${cell.onFocus}
					tabindex=${one === current ? 0 : -1}
					type="button"
					role="tab"
					class="tab"
					id=${`${id}-${one.id}`}
					aria-selected=${one === current ? 'true' : 'false'}
					aria-controls=${`${id}-panel`}
					onClick=${() => onChange(one.id)}
				>
					${one.label}
					${one.count !== undefined &&
					html`<span class="tab-count">${number(one.count)}</span>`}
				</button>`;
			})}
		</div>
		<div
			id=${`${id}-panel`}
			role="tabpanel"
			aria-labelledby=${`${id}-${current.id}`}
			class="stack"
		>
			${children}
		</div>
	</div>`;
}
