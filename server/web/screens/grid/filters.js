/* Which rows of the month are shown; all of it is in the address. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useLists } from '../../ask.js';
import { Choice, Filters, Search, holds } from '../../parts/filters.js';
import { structure } from '../../route.js';
import { totalsOf } from './model.js';

export function GridFilters() {
	const lists = useLists() || {};
	const here = (all) =>
		(all || [])
			.filter((one) => !structure.value || one.structure === structure.value)
			.map((one) => ({ value: one.id, label: one.name || one.id }));

	return html`<div class="grid-filters"><${Filters}>
		<${Search} name="q" label=${t('grid.search')} />
		<${Choice}
			name="crew"
			label=${t('grid.crew')}
			all=${t('grid.allCrews')}
			options=${here(lists.crews)}
		/>
		<${Choice} name="site" label=${t('grid.site')} options=${here(lists.sites)} />
		<${Choice}
			name="annex"
			label=${t('grid.annex')}
			all=${t('grid.allAnnexes')}
			options=${here(lists.annexes)}
		/>
		<${Choice}
			name="show"
			label=${t('grid.show')}
			options=${[{ value: 'todo', label: t('grid.todo') }]}
		/>
	<//></div>`;
}

/* The rows that the page's own filters leave. */
export function chosenRows(grid, searched, todo) {
	const isTodo = (row) => {
		const totals = totalsOf(grid, row);

		return totals.contested + totals.missing > 0 || row.newcomer;
	};

	return grid.rows.filter(
		(row) =>
			(!searched || holds(`${row.name} ${row.worker}`, searched)) &&
			(!todo || isTodo(row)),
	);
}
