/* What the marks mean, with how many there are. */
import { html } from '../../../../shared/web/preact.js';
import { duration, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { totalsOf } from './model.js';

function Sign({ sign, look, children }) {
	return html`<li class="grid-legend-item">
		<span class=${`grid-sign grid-${look || 'hours'}`} aria-hidden="true">
			${sign}
		</span>
		${children}
	</li>`;
}

export function Legend({ grid, rows }) {
	const sums = { payable: 0, contested: 0, missing: 0 };

	for (const row of rows) {
		const totals = totalsOf(grid, row);

		for (const key of Object.keys(sums))
			sums[key] += totals[key];
	}
	return html`<div class="grid-legend">
		<p>
			${t('grid.summary', { n: rows.length, time: duration(sums.payable) })}
		</p>
		<ul class="grid-legend-list">
			<${Sign} sign="?" look="missing">
				${t('grid.legendMissing', { n: sums.missing })}
			<//>
			<${Sign} sign="≠" look="contested">
				${t('grid.legendContested', { n: sums.contested })}
			<//>
			<${Sign} sign="✎">${t('grid.corrected')}<//>
			<${Sign} sign="▤">${t('grid.paper')}<//>
			<${Sign} sign="◷">${t('grid.late')}<//>
			<${Sign} sign="+1">${t('grid.extra')}<//>
		</ul>
		<p class="soft screen-only">${t('grid.keys', { n: number(rows.length) })}</p>
	</div>`;
}
