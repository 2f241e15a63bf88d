/*
 * What can be done in the grid, and what follows from it. The office's answer
 * to one slot is put into the grid as it is; what touches more is read again.
 * A refusal because somebody else was there first (409) opens the difference,
 * with what was typed kept.
 */
import {
	signal,
	useMemo,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { can, complain, tell } from '../../state.js';
import { HALVES, cellAt, isFilled, seenOf, withAnswer } from './model.js';
import { after, typedOf } from './next.js';

const CONFLICT = 409;

/* What is recorded now is copied from a paper sheet. */
export const paperMode = signal(false);
/* Goes up when the period dialog is asked for, above the grid. */
export const periodAsked = signal(0);

export function useGridActs(read) {
	const [state, setState] = useState({
		grid: read,
		read,
		at: null,
		open: false,
		dialog: null,
		told: '',
	});
	const now = useRef(state);
	const rows = useRef([]);

	/* Read anew: what was chosen stays chosen. */
	if (state.read !== read) {
		state.grid = read;
		state.read = read;
	}
	now.current = state;

	const acts = useMemo(() => {
		const put = (change) =>
			setState((before) => ({
				...before,
				...(typeof change === 'function' ? change(before) : change),
			}));
		const place = ({ row, day, half }) => ({ row, day, half });
		const back = () => put(({ at }) => ({ at: at && { ...place(at), focus: true } }));

		/* One slot's act. null when it is done, else the refusal; false when
		 * somebody else was there first: a dialog of its own tells it. */
		async function slotAct(path, members, about) {
			const sent = {
				...members,
				paper:
					paperMode.value &&
					(path === 'hours/add' || path === 'hours/set'),
			};
			const { data, error } = await act(path, sent, {
				quiet: true,
				dry: true,
			});

			if (error?.status === CONFLICT) {
				put({ dialog: { what: 'stale', path, members, about, error } });
				return false;
			}
			if (error)
				return error;
			/* The cell shows it; it is said to who cannot see that. A strip
			 * above would push the grid away from under one's hands. */
			put(({ grid }) => ({
				grid: withAnswer(grid, data),
				dialog: null,
				told: t(
					data.outcome === 'already' ? 'grid.already' : 'grid.done',
				),
			}));
			if (data.late && data.outcome === 'written')
				tell(t('grid.toldLate'));
			return null;
		}

		function members(row, day, slot, wish) {
			const { grid } = now.current;

			return {
				worker: row.worker,
				structure: row.structure,
				day: grid.days[day].iso,
				slot,
				seen: seenOf(cellAt(row, day, slot)),
				...wish,
			};
		}

		/* From the editor over a cell. */
		async function record(at, row, wish, step) {
			const { grid } = now.current;
			const slot = HALVES[at.half];
			const cell = cellAt(row, at.day, slot);
			const next = after(at, step, rows.current.length, grid.days.length);
			const leave = () =>
				put(({ at: current }) => ({
					at:
						step === 'stay'
							? current && place(current)
							: { ...next, focus: true },
				}));

			if (isFilled(cell)) {
				put({
					at: place(at),
					dialog: {
						what: 'correct',
						row,
						day: at.day,
						slot,
						wish,
						then: leave,
					},
				});
				return null;
			}
			const error = await slotAct(
				'hours/add',
				members(row, at.day, slot, wish),
				{ row, day: at.day, slot, wish },
			);

			if (error === null)
				leave();
			else if (error && step === 'stay')
				complain(error);
			return error;
		}

		return {
			rows,
			slotAct,
			members,
			record,
			choose: (at) => put({ at: place(at) }),
			type: (at, text) => {
				const row = rows.current[at.row];
				const cell = cellAt(row, at.day, HALVES[at.half]);

				if (!can('hours_write') || row.unknown)
					return;
				if (cell?.state === 'contested') {
					put({ at: place(at), open: true });
					return;
				}
				put(({ grid }) => ({
					at: {
						...place(at),
						typed: text === null ? typedOf(grid, cell) : text,
						begun: text !== null,
					},
				}));
			},
			/* ${quietly}: the focus is somewhere else already. */
			leave: (quietly) =>
				put(({ at }) => ({
					at: at && { ...place(at), focus: !quietly },
				})),
			clear: (at) => {
				const row = rows.current[at.row];
				const cell = cellAt(row, at.day, HALVES[at.half]);

				if (can('hours_write') && isFilled(cell))
					put({
						dialog: {
							what: 'void',
							row,
							day: at.day,
							slot: HALVES[at.half],
						},
					});
			},
			voidSlot: (row, day, slot) =>
				put({ dialog: { what: 'void', row, day, slot } }),
			openPanel: (at) => put({ at: place(at), open: true }),
			closePanel: () => {
				put({ open: false });
				back();
			},
			period: (row) => put({ dialog: { what: 'period', row } }),
			match: (row) => put({ dialog: { what: 'match', row } }),
			closeDialog: () => {
				put({ dialog: null });
				back();
			},
			took: (answer) =>
				put(({ grid }) => ({ grid: withAnswer(grid, answer) })),
		};
	}, []);

	return [state, acts];
}
