/*
 * Keyboard in a grid of cells: one of them is in the tab order, the arrows,
 * Home and End move among them. Cells are given row by row; ${columns} is how
 * many are side by side now. Right-to-left, the left arrow goes forward.
 */
import { useRef, useState } from './preact.js';
import { direction } from './i18n.js';

function target(key, at, count, columns) {
	const forward = direction.value === 'rtl' ? -1 : 1;

	switch (key) {
	case 'ArrowRight':
		return at + forward;
	case 'ArrowLeft':
		return at - forward;
	case 'ArrowDown':
		return at + columns;
	case 'ArrowUp':
		return at - columns;
	case 'Home':
		return 0;
	case 'End':
		return count - 1;
	default:
		return -1;
	}
}

/*
 * {at, cellProps(i), focusCell(i), onKeyDown}: spread cellProps on each cell
 * and put onKeyDown on the grid. A key that is no movement is left alone.
 */
export function useRoving(count, columns) {
	const cells = useRef([]);
	const [at, setAt] = useState(0);
	const current = Math.min(at, Math.max(0, count - 1));

	function focusCell(i) {
		if (i < 0 || i >= count)
			return false;
		setAt(i);
		if (cells.current[i])
			cells.current[i].focus();
		return true;
	}

	return {
		at: current,
		focusCell,
		cellProps: (i) => ({
			tabIndex: i === current ? 0 : -1,
			ref: (element) => {
				cells.current[i] = element;
			},
			onFocus: () => setAt(i),
		}),
		onKeyDown: (event) => {
			if (event.ctrlKey || event.altKey || event.metaKey)
				return;
			if (
				focusCell(target(event.key, current, count, columns)) ||
				/^Arrow/.test(event.key)
			)
				event.preventDefault();
		},
	};
}
