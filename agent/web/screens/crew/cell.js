/* One worker's half-day in the grid: a button of two lines. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { roster, slot } from '../../state.js';
import { keyOf, pending } from './acts.js';
import { detailOf, isBlank, marksOf, slotOf, stateOf, valueText } from './model.js';

function Marks({ marks }) {
	return marks.map(
		(mark) =>
			html`<span key=${mark.icon} class="cell-mark" title=${mark.word}>
				<${Icon} name=${mark.icon} />
				<span class="visually-hidden">${mark.word}</span>
			</span>`,
	);
}

/* ${typed}: the digits of a duration under the keyboard's hand. */
export function Cell({ worker, crew, typed, props, onOpen }) {
	const found = slotOf(worker, slot.value);
	const busy = pending.value.has(keyOf(worker, slot.value));
	const state = busy
		? { name: 'busy', icon: 'refresh-cw', word: t('ui.saving') }
		: stateOf(found);
	const detail = detailOf(worker, slot.value, crew);
	const held = found && found.state === 'merged' && !busy;

	return html`<button
		type="button"
		id=${`cell-${worker.worker}`}
		class=${`cell cell-${state.name}`}
		aria-haspopup="dialog"
		onClick=${onOpen}
		...${props}
	>
		<span class="cell-icon"><${Icon} name=${state.icon} big /></span>
		<span class="cell-who">
			<span class="cell-name">
				<bdi>${worker.name}</bdi>
				${worker.newcomer &&
				html`<span class="cell-new">${t('crew.new')}</span>`}
			</span>
			${detail && html`<span class="cell-detail"><bdi>${detail}</bdi></span>`}
		</span>
		<span class="cell-what">
			${typed
				? html`<span class="cell-typed">${typed}</span>`
				: html`
						<span class="cell-value">
							<bdi>${held ? valueText(found) : state.word}</bdi>
							${held &&
							state.name === 'present' &&
							html`<span class="visually-hidden">${state.word}</span>`}
						</span>
						${!isBlank(found) &&
						html`<${Marks}
							marks=${marksOf(found, roster.value.closed)}
						/>`}
					`}
		</span>
	</button>`;
}
