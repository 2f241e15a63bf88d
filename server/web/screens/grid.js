/* The hours of a month, worker by day: read, filled in, corrected. */
import {
	html,
	useEffect,
	useLayoutEffect,
	useMemo,
	useRef,
} from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { month, query, structure } from '../route.js';
import { can } from '../state.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Head } from '../parts/head.js';
import { Panel, Sided, useRoom } from '../parts/panel.js';
import { paperMode, periodAsked, useGridActs } from './grid/acts.js';
import { CorrectDialog } from './grid/correct.js';
import { GridFilters, chosenRows } from './grid/filters.js';
import { Legend } from './grid/legend.js';
import { MatchDialog } from './grid/match.js';
import { HALVES, readGrid } from './grid/model.js';
import { PeriodDialog } from './grid/period.js';
import { SlotPanel } from './grid/side.js';
import { StaleDialog } from './grid/stale.js';
import { GridTable } from './grid/table.js';
import { VoidDialog } from './grid/void.js';
import { slotName } from './grid/words.js';

/* What is done from above the grid. */
function Tools() {
	if (!can('hours_write'))
		return null;
	return html`<div class="check grid-paper-check">
			<input
				id="grid-paper"
				type="checkbox"
				checked=${paperMode.value}
				onChange=${(event) =>
					(paperMode.value = event.currentTarget.checked)}
			/>
			<label for="grid-paper">${t('grid.paperMode')}</label>
		</div>
		<button
			type="button"
			class="button"
			onClick=${() => (periodAsked.value += 1)}
		>
			<${Icon} name="calendar-days" />${t('grid.period')}
		</button>`;
}

function Dialogs({ state, acts, grid }) {
	const { dialog } = state;
	const shared = { ...dialog, grid, acts, onClose: acts.closeDialog };

	switch (dialog?.what) {
	case 'correct':
		return html`<${CorrectDialog} ...${shared} />`;
	case 'void':
		return html`<${VoidDialog} ...${shared} />`;
	case 'stale':
		return html`<${StaleDialog} ...${shared} />`;
	case 'period':
		return html`<${PeriodDialog} ...${shared} />`;
	case 'match':
		return html`<${MatchDialog} ...${shared} />`;
	default:
		return null;
	}
}

function Month({ data }) {
	const read = useMemo(() => readGrid(data), [data]);
	const [state, acts] = useGridActs(read);
	const { grid, at, open } = state;
	const searched = query('q');
	const asked = useRef(periodAsked.value);
	const todo = query('show') === 'todo';
	/* What has just been answered stays in sight until the filter changes. */
	const ids = useMemo(
		() => chosenRows(read, searched, todo).map((row) => row.id),
		[read, searched, todo],
	);
	const rows = useMemo(() => {
		const byId = new Map(grid.rows.map((row) => [row.id, row]));

		return ids.map((id) => byId.get(id)).filter(Boolean);
	}, [grid, ids]);
	const row = at && rows[at.row];
	const room = useRoom();

	useEffect(() => {
		if (periodAsked.value > asked.current)
			acts.period(row);
		asked.current = periodAsked.value;
	}, [periodAsked.value]);
	/* The panel takes room from the grid: its day stays in sight beside it. */
	useLayoutEffect(() => {
		if (open && room)
			document
				.querySelector('.grid-box .grid-at')
				?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	}, [open, room, at?.day, at?.half, row?.id]);
	if (data.rows.length === 0)
		return html`<${Empty}
			icon="users"
			title=${t('grid.nobody')}
			text=${t('grid.nobodyHelp')}
		/>`;
	if (rows.length === 0)
		return html`<${Empty} icon="search" title=${t('grid.none')} />`;
	acts.rows.current = rows;
	return html`<div class="stack grid-month">
		<p class="visually-hidden" role="status">${state.told}</p>
		<${Sided}
			panel=${open &&
			row &&
			html`<${Panel}
				key=${`${row.id} ${at.day} ${at.half}`}
				title=${`${row.name}, ${grid.days[at.day].name}, ${slotName(HALVES[at.half])}`}
				onClose=${acts.closePanel}
			>
				<${SlotPanel} grid=${grid} row=${row} at=${at} acts=${acts} />
			<//>`}
		>
			<${GridTable}
				grid=${grid}
				rows=${rows}
				at=${at}
				acts=${acts}
				onAt=${acts.choose}
				onOpen=${acts.openPanel}
				onClear=${acts.clear}
			/>
			<${Legend} grid=${grid} rows=${rows} />
		<//>
		<${Dialogs} state=${state} acts=${acts} grid=${grid} />
	</div>`;
}

function Grid() {
	const answer = useAnswer('grid', {
		month: month.value,
		structure: structure.value || null,
		crew: query('crew') || null,
		site: query('site') || null,
		annex: query('annex') || null,
		worker: query('worker') || null,
	});

	return html`<${Head} title=${t('grid.title')} text=${t('grid.help')}>
			<${Tools} />
		<//>
		<${GridFilters} />
		<${Answer} of=${answer} lines=${10}>
			${(data) => html`<${Month}
				key=${data.month}
				data=${data}
			/>`}
		<//>`;
}

export const gridScreen = {
	id: 'grid',
	icon: 'table-2',
	title: 'grid.title',
	right: 'hours_read',
	group: 'month',
	month: true,
	structure: true,
	Screen: Grid,
};
