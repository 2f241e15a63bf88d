/* One worker: two lines of half-days, the name before and the total after
 * them. It is drawn again only when it, or what is chosen in it, changes. */
import { html, useMemo } from '../../../../shared/web/preact.js';
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { HALVES, cellAt, extrasOf, totalsOf } from './model.js';
import { Editor } from './editor.js';
import { faceOf, labelOf, marksOf } from './words.js';

/* No component: there are a thousand of them, and they have no life of their
 * own. */
function cellNode(grid, row, index, day, half, at, acts) {
	const face = faceOf(grid, row, day, half);
	const cell = cellAt(row, day, HALVES[half]);
	const marks = marksOf(cell);
	const extras = half === 1 ? extrasOf(row, day) : [];
	const chosen = at && at.day === day && at.half === half;
	const look = [
		'grid-cell',
		`grid-${face.look}`,
		grid.days[day].monday && 'grid-monday',
		half === 1 && 'grid-pm',
		chosen && 'grid-at',
	];

	return html`<td
		key=${day}
		class=${look.filter(Boolean).join(' ')}
		role="gridcell"
		aria-colindex=${day + 2}
		tabindex=${chosen ? 0 : -1}
		aria-selected=${chosen ? 'true' : 'false'}
		data-cell=${`${index} ${day} ${half}`}
	>
		<span class="visually-hidden">${labelOf(grid, row, day, half)}</span>
		${(face.text || extras.length > 0) &&
		html`<span class="grid-face" aria-hidden="true">
			${face.text}
			${face.kind && html`<span class="grid-kind">${face.kind}</span>`}
			${marks.length > 0 &&
			html`<span class="grid-marks">
				${marks.map((one) => one.sign).join('')}
			</span>`}
			${extras.length > 0 &&
			html`<span class="grid-extra">+${extras.length}</span>`}
		</span>`}
		${chosen && at.typed !== undefined && html`<${Editor}
			typed=${at.typed}
			begun=${at.begun}
			label=${labelOf(grid, row, day, half)}
			kinds=${grid.kinds}
			onRecord=${(wish, step) =>
				acts.record({ row: index, day, half }, row, wish, step)}
			onLeave=${acts.leave}
		/>`}
	</td>`;
}

function Name({ row, index, totals, acts }) {
	return html`<th scope="row" rowspan="2" class="grid-name">
		<span class="grid-name-text"><bdi>${row.name}</bdi></span>
		<span class="grid-name-more">
			${row.newcomer &&
			html`<button
				type="button"
				class="button grid-match"
				tabindex="-1"
				onClick=${() => acts.match(row)}
			>
				${t('grid.newcomer')}
			</button>`}
			${row.unknown &&
			html`<${Badge} look="warn">${t('grid.unknown')}<//>`}
			${row.closed &&
			html`<${Badge} icon="lock">${t('grid.closedBadge')}<//>`}
			${totals.contested > 0 &&
			html`<${Badge} look="clash">${t('grid.contestedN', { n: totals.contested })}<//>`}
			${totals.missing > 0 &&
			html`<${Badge} look="warn">${t('grid.missingN', { n: totals.missing })}<//>`}
		</span>
	</th>`;
}

export function Row({ grid, row, index, at, acts }) {
	return useMemo(() => {
		const totals = totalsOf(grid, row);
		const line = (half) =>
			grid.days.map((_, day) =>
				cellNode(grid, row, index, day, half, at, acts),
			);

		return html`<tbody class="grid-worker">
			<tr aria-rowindex=${index * 2 + 2}>
				<${Name} row=${row} index=${index} totals=${totals} acts=${acts} />
				${line(0)}
				<td
					rowspan="2"
					class="grid-total"
					aria-colindex=${grid.days.length + 2}
				>
					${duration(totals.payable)}
				</td>
			</tr>
			<tr aria-rowindex=${index * 2 + 3}>
				${line(1)}
			</tr>
		</tbody>`;
	}, [grid.days, grid.kinds, row, index, at, acts]);
}
