/* Payable hours by site and month. */
import { html } from '../../../../shared/web/preact.js';
import { monthName, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Empty } from '../../parts/empty.js';
import { Bars } from './bars.js';
import { Figures } from './table.js';

/* As many as there are patterns; the smaller sites are one. */
const SERIES = 6;

function hoursOf(minutes) {
	return minutes.map((n) => n / 60);
}

/* The table has every site; the picture the largest and the rest. */
function drawn(series) {
	const rest = series.slice(SERIES - 1);

	if (series.length <= SERIES)
		return series;
	return [
		...series.slice(0, SERIES - 1),
		{
			name: t('charts.others', { n: rest.length }),
			values: rest[0].values.map((_, i) =>
				rest.reduce((sum, one) => sum + one.values[i], 0),
			),
		},
	];
}

export function Hours({ data }) {
	const series = data.series.map((one) => ({
		name: one.name,
		values: hoursOf(one.minutes),
	}));

	if (series.length === 0)
		return html`<${Empty} icon="clock" title=${t('charts.noHours')} />`;
	return html`<${Bars}
			title=${t('charts.hours')}
			desc=${t('charts.hoursDesc', {
				from: monthName(data.from),
				to: monthName(data.to),
				total: number(data.total / 60, { maximumFractionDigits: 0 }),
				name: series[0].name,
			})}
			months=${data.months}
			series=${drawn(series)}
		/>
		<${Figures}
			caption=${t('charts.hours')}
			file=${`${t('charts.hoursFile')}-${data.to}.csv`}
			months=${data.months}
			series=${series}
		/>`;
}
