/*
 * The crew, two columns where there is room. Keys, only while the grid has
 * the focus: arrows, P present, A absent, M sick, T the whole crew, digits of
 * a duration (330 is 3 h 30), Enter, Ctrl+Z.
 */
import {
	html,
	useEffect,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useRoving } from '../../../../shared/web/roving.js';
import { undo } from '../../undo.js';
import { crew, slot } from '../../state.js';
import { fill, keyOf, pending, record } from './acts.js';
import { Cell } from './cell.js';
import { isBlank, slotOf, usualOf } from './model.js';

const TWO_COLUMNS = '(min-width: 40rem)';
const DIGITS = 3; /* H MM: a half-day has no ten hours */

function useColumns() {
	const media = useRef(matchMedia(TWO_COLUMNS));
	const [two, setTwo] = useState(media.current.matches);

	useEffect(() => {
		const query = media.current;
		const follow = () => setTwo(query.matches);

		query.addEventListener('change', follow);
		return () => query.removeEventListener('change', follow);
	}, []);
	return two ? 2 : 1;
}

/* "330" is 210 minutes, "3" and "45" are hours and minutes; 0 is none. */
export function minutesTyped(digits) {
	const n = Number(digits);
	const minutes =
		digits.length < DIGITS
			? n < 10
				? n * 60
				: n
			: Math.trunc(n / 100) * 60 + (n % 100);

	return digits.length === DIGITS && n % 100 > 59 ? 0 : minutes;
}

function typedText(digits) {
	return t('crew.typing', {
		what:
			digits.length < DIGITS
				? digits
				: `${digits[0]} h ${digits.slice(1)}`,
	});
}

export function Grid({ onOpen }) {
	const now = crew.value;
	const workers = now.workers;
	const columns = useColumns();
	const roving = useRoving(workers.length, columns);
	const [digits, setDigits] = useState('');

	useEffect(() => setDigits(''), [roving.at, slot.value]);

	/* The next one without an answer, or the next one at all. */
	function goOn() {
		const order = workers.map((one, i) => i);
		const after = [
			...order.slice(roving.at + 1),
			...order.slice(0, roving.at),
		];
		const blank = after.find(
			(i) =>
				isBlank(slotOf(workers[i], slot.value)) &&
				!pending.value.has(keyOf(workers[i], slot.value)),
		);

		roving.focusCell(blank ?? Math.min(roving.at + 1, workers.length - 1));
	}

	/* A key never overwrites: what is answered opens instead. */
	function note(kind, minutes) {
		const worker = workers[roving.at];

		setDigits('');
		if (
			!isBlank(slotOf(worker, slot.value)) ||
			pending.value.has(keyOf(worker, slot.value))
		) {
			onOpen(worker, { kind, minutes });
			return;
		}
		void record(worker, { kind, minutes }, false);
		goOn();
	}

	function type(digit) {
		const all = digits + digit;

		if (all.length < DIGITS) {
			setDigits(all);
			return;
		}
		enter(all);
	}

	function enter(all) {
		const minutes = minutesTyped(all);

		setDigits('');
		if (minutes > 0)
			note('work', minutes);
	}

	function plainKey(event) {
		const usual = usualOf(now, slot.value);
		const letter = event.key.toLowerCase();

		if (letter === 'p')
			note('work', usual);
		else if (letter === 'a')
			note('absence_unjustified', 0);
		else if (letter === 'm')
			note('sick', 0);
		else if (letter === 't')
			void fill();
		else if (/^[0-9]$/.test(event.key))
			type(event.key);
		else if (event.key === 'Enter' && digits)
			enter(digits);
		else if (event.key === 'Escape' && digits)
			setDigits('');
		else if (event.key === 'Backspace' && digits)
			setDigits(digits.slice(0, -1));
		else
			return false;
		return true;
	}

	function onKeyDown(event) {
		if (event.altKey || event.metaKey)
			return;
		if (event.ctrlKey) {
			if (event.key.toLowerCase() === 'z' && !event.repeat) {
				event.preventDefault();
				void undo();
			}
			return;
		}
		if (!event.repeat && plainKey(event)) {
			event.preventDefault();
			return;
		}
		roving.onKeyDown(event);
	}

	const rows = [];

	for (let i = 0; i < workers.length; i += columns)
		rows.push(workers.slice(i, i + columns).map((one, j) => [one, i + j]));
	return html`<div
		class="grid"
		role="grid"
		aria-label=${t('crew.grid', { crew: now.name || now.crew })}
		aria-describedby="grid-keys"
		onKeyDown=${onKeyDown}
	>
		${rows.map(
			(row) =>
				html`<div key=${row[0][1]} class="grid-row" role="row">
					${row.map(
						([worker, i]) =>
							html`<div
								key=${worker.worker}
								class="grid-cell"
								role="gridcell"
							>
								<${Cell}
									worker=${worker}
									crew=${now}
									typed=${i === roving.at &&
									digits &&
									typedText(digits)}
									props=${roving.cellProps(i)}
									onOpen=${() => onOpen(worker)}
								/>
							</div>`,
					)}
				</div>`,
		)}
	</div>`;
}
