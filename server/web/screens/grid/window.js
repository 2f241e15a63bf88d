/* Which rows of the grid are in the page: those in sight, some beyond them,
 * and the one that is chosen; where others are left out, a gap as high. */
import {
	html,
	useEffect,
	useLayoutEffect,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';

const AHEAD = 6; /* rows beyond what can be seen, on each side */
const STEP = 3; /* rows that are scrolled over before it is drawn again */
const HEIGHT = 62; /* of a row, until one was measured */

/* Where rows are left out. */
export function Gap({ rows, height, columns }) {
	const ref = useRef(null);

	useLayoutEffect(() => {
		ref.current.style.blockSize = `${rows * height}px`;
	}, [rows, height]);
	return html`<tbody role="presentation">
		<tr role="presentation">
			<td role="presentation" ref=${ref} class="grid-gap" colspan=${columns}></td>
		</tr>
	</tbody>`;
}

/* Rows to draw, in order, with the gaps between them. */
export function pieces(first, last, chosen, count) {
	const out = [];
	let next = 0;

	for (let i = 0; i < count; i++) {
		if ((i < first || i > last) && i !== chosen)
			continue;
		if (i > next)
			out.push({ gap: i - next, from: next });
		out.push({ row: i });
		next = i + 1;
	}
	if (next < count)
		out.push({ gap: count - next, from: next });
	return out;
}

/* Which rows are in sight, and how high one is. */
export function useWindow(box, count) {
	const [seen, setSeen] = useState({ first: 0, last: 15, height: HEIGHT, page: 6 });

	function look() {
		const { current } = box;

		if (!current)
			return;
		const height =
			current.querySelector('.grid-worker')?.offsetHeight || HEIGHT;
		const page = Math.max(1, Math.floor(current.clientHeight / height) - 1);
		const top =
			Math.floor(current.scrollTop / height / STEP) * STEP - AHEAD;
		const next = {
			first: Math.max(0, top),
			last: Math.min(count - 1, top + page + STEP + 2 * AHEAD),
			height,
			page,
		};

		setSeen((before) =>
			Object.keys(next).every((key) => next[key] === before[key])
				? before
				: next,
		);
	}

	useLayoutEffect(look, [count]);
	useEffect(() => {
		const watch = new ResizeObserver(look);

		watch.observe(box.current);
		return () => watch.disconnect();
	}, [count]);
	return [seen, look];
}
