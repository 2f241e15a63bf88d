/*
 * The keyboard in the grid: where a key leads from {row, day, half}, null when
 * it leads nowhere. Two lines a worker, morning above afternoon.
 */
export function move(event, at, { rows, days, page }) {
	const line = at.row * 2 + at.half;
	const last = rows * 2 - 1;
	const to = (wanted, day = at.day) => {
		const kept = Math.min(Math.max(wanted, 0), last);

		return {
			row: Math.floor(kept / 2),
			half: kept % 2,
			day: Math.min(Math.max(day, 0), days - 1),
		};
	};

	switch (event.key) {
	case 'ArrowRight':
		return to(line, at.day + 1);
	case 'ArrowLeft':
		return to(line, at.day - 1);
	case 'ArrowDown':
		return to(line + 1);
	case 'ArrowUp':
		return to(line - 1);
	case 'Home':
		return to(event.ctrlKey ? 0 : line, 0);
	case 'End':
		return to(event.ctrlKey ? last : line, days - 1);
	case 'PageDown':
		return to(line + page * 2);
	case 'PageUp':
		return to(line - page * 2);
	default:
		return null;
	}
}

/* A letter or a figure begins to fill in the cell. */
export function isTyped(event) {
	return (
		event.key.length === 1 &&
		event.key !== ' ' &&
		!event.ctrlKey &&
		!event.altKey &&
		!event.metaKey
	);
}
