/* Skills by the last level observed; of five people at least. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { Empty } from '../../parts/empty.js';
import { Strip } from '../../parts/strip.js';
import { Bars } from './bars.js';
import { Figures } from './table.js';

export function Skills({ data }) {
	const series = data.levels.map((one) => ({
		name: one.label,
		values: one.counts,
	}));
	const last = data.people.at(-1);
	const nothing = data.people.every((n) => n === 0);

	if (nothing)
		return html`<${Empty} icon="graduation-cap" title=${t('charts.noSkills')} />`;
	return html`${data.hidden &&
		html`<${Strip} icon="shield">${t('charts.hidden')}<//>`}
		<${Bars}
			title=${t('charts.skills')}
			desc=${last === null
				? t('charts.hidden')
				: t('charts.skillsDesc', { n: last })}
			months=${data.months}
			series=${series}
		/>
		<${Figures}
			caption=${t('charts.skills')}
			file=${`${t('charts.skillsFile')}-${data.months.at(-1)}.csv`}
			months=${data.months}
			series=${[...series, { name: t('charts.people'), values: data.people }]}
			hidden=${t('charts.few')}
		/>`;
}
