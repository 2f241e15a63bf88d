/*
 * Three pictures, each beside its table: hours by site, ETP realised against
 * agreed, skills observed. '#/charts/2026-11': the twelve months up to it.
 */
import { html } from '../../../shared/web/preact.js';
import { addMonths, monthName } from '../../../shared/web/format.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { month, structure } from '../route.js';
import { Answer } from '../parts/answer.js';
import { Head } from '../parts/head.js';
import { Etp } from './charts/etp.js';
import { Hours } from './charts/hours.js';
import { Skills } from './charts/skills.js';

const BEFORE = 11;

function Charts() {
	const of = { structure: structure.value || null };
	const hours = useAnswer('chart/hours', {
		...of,
		from: addMonths(month.value, -BEFORE),
		to: month.value,
	});
	const etp = useAnswer('chart/etp', { ...of, month: month.value });
	const levels = useAnswer('chart/levels', { ...of, month: month.value });

	return html`<${Head}
			title=${t('charts.titleOf', { month: monthName(month.value) })}
			text=${t('charts.help')}
		>
			<button type="button" class="button" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>
		<//>
		<div class="stack">
			<section class="card stack chart" id="chart-hours">
				<h2>${t('charts.hours')}</h2>
				<${Answer} of=${hours}>
					${(data) => html`<${Hours} data=${data} />`}
				<//>
			</section>
			<section class="card stack chart" id="chart-etp">
				<h2>${t('charts.etp')}</h2>
				<${Answer} of=${etp}>
					${(data) => html`<${Etp} data=${data} />`}
				<//>
			</section>
			<section class="card stack chart" id="chart-skills">
				<h2>${t('charts.skills')}</h2>
				<${Answer} of=${levels}>
					${(data) => html`<${Skills} data=${data} />`}
				<//>
			</section>
		</div>`;
}

export const chartsScreen = {
	id: 'charts',
	icon: 'chart-column',
	title: 'charts.title',
	right: 'charts',
	group: 'month',
	month: true,
	structure: true,
	Screen: Charts,
};
