/*
 * The grid itself: heads and names stay in sight, and only the rows that can
 * be seen, and the one that is chosen, are in the page.
 */
import {
	html,
	useLayoutEffect,
	useRef,
} from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { isTyped, move } from './keys.js';
import { Row } from './row.js';
import { Gap, pieces, useWindow } from './window.js';

function Heads({ grid }) {
	return html`<thead>
		<tr aria-rowindex="1">
			<th scope="col" class="grid-corner" aria-colindex="1">
				${t('grid.worker')}
			</th>
			${grid.days.map(
				(day, i) => html`<th
					key=${day.iso}
					scope="col"
					aria-colindex=${i + 2}
					class=${[
						'grid-day',
						(day.rest || day.holiday) && 'grid-day-rest',
						day.today && 'grid-day-today',
						day.monday && 'grid-monday',
					]
						.filter(Boolean)
						.join(' ')}
				>
					<span class="grid-day-text" aria-hidden="true">
						<span class="grid-letter">${day.letter}</span>${i + 1}
					</span>
					<span class="visually-hidden">
						${day.name}${day.holiday && `, ${day.holiday}`}
					</span>
				</th>`,
			)}
			<th
				scope="col"
				class="grid-total"
				aria-colindex=${grid.days.length + 2}
			>
				${t('grid.payable')}
			</th>
		</tr>
	</thead>`;
}

/* The cell that was meant, null for none. */
function cellOf(event) {
	const found = event.target.closest?.('[data-cell]');
	const [row, day, half] = (found?.dataset.cell || '').split(' ').map(Number);

	return found ? { row, day, half } : null;
}

export function GridTable({ grid, rows, at, onAt, acts, onOpen, onClear }) {
	const box = useRef(null);
	const wanted = useRef(false);
	const [seen, look] = useWindow(box, rows.length);
	const chosen = at ? Math.min(at.row, rows.length - 1) : 0;
	const begin = useRef({ row: 0, day: 0, half: 0 });

	/* Its width is known before its cells are: no row that comes into sight
	 * moves the columns. */
	useLayoutEffect(() => {
		box.current.style.setProperty('--grid-days', grid.days.length);
	}, [grid.days.length]);

	/* After the keyboard moved, the focus follows; so it does when the typing
	 * over a cell is over. */
	useLayoutEffect(() => {
		if (!at || (!wanted.current && !at.focus) || at.typed !== undefined)
			return;
		wanted.current = false;
		box.current
			.querySelector(`[data-cell="${chosen} ${at.day} ${at.half}"]`)
			?.focus();
	}, [at]);

	function onKeyDown(event) {
		const here = at || { row: 0, day: 0, half: 0 };
		const to = move(event, here, {
			rows: rows.length,
			days: grid.days.length,
			page: seen.page,
		});

		if (!cellOf(event))
			return;
		if (to) {
			wanted.current = true;
			onAt(to);
		} else if (event.key === 'Enter' || event.key === 'F2') {
			acts.type(here, null);
		} else if (event.key === ' ') {
			onOpen(here);
		} else if (event.key === 'Delete') {
			onClear(here);
		} else if (isTyped(event)) {
			acts.type(here, event.key);
		} else {
			return;
		}
		event.preventDefault();
	}

	function onClick(event) {
		const here = cellOf(event);

		if (!here)
			return;
		onAt(here);
		onOpen(here);
	}

	return html`<div
		class="grid-box"
		ref=${box}
		onScroll=${look}
		onKeyDown=${onKeyDown}
		onClick=${onClick}
		onFocusIn=${(event) => {
			const here = cellOf(event);

			if (
				here &&
				(!at ||
					here.row !== at.row ||
					here.day !== at.day ||
					here.half !== at.half)
			)
				onAt(here);
		}}
	>
		<table
			role="grid"
			class="grid-table"
			aria-label=${t('grid.title')}
			aria-rowcount=${rows.length * 2 + 1}
			aria-colcount=${grid.days.length + 2}
		>
			<${Heads} grid=${grid} />
			${pieces(seen.first, seen.last, chosen, rows.length).map((one) =>
				one.gap
					? html`<${Gap}
							key=${`gap ${one.from === 0 ? 'first' : one.from + one.gap === rows.length ? 'last' : 'between'}`}
							rows=${one.gap}
							height=${seen.height}
							columns=${grid.days.length + 2}
						/>`
					: html`<${Row}
							key=${rows[one.row].id}
							grid=${grid}
							row=${rows[one.row]}
							index=${one.row}
							at=${one.row === chosen
								? at || begin.current
								: null}
							acts=${acts}
						/>`,
			)}
		</table>
	</div>`;
}
