/* ETP realised, agreed and projected, annex by annex. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Empty } from '../../parts/empty.js';
import { Strip } from '../../parts/strip.js';
import { Figures } from './table.js';
import { Lines } from './lines.js';

function posts(hundredths) {
	return number(hundredths / 100, {
		minimumFractionDigits: 2,
		maximumFractionDigits: 2,
	});
}

function valuesOf(months, name) {
	return months.map((one) => (one[name] === null ? null : one[name] / 100));
}

function Sentence({ row }) {
	return html`<p>
		${t('charts.etpSoFar', {
			so: posts(row.etp_so_far),
			agreed: posts(row.agreed_so_far),
		})}${' '}
		${row.projected === null
			? t('charts.etpNoProjection')
			: t('charts.etpProjected', {
					end: dayNumeric(row.end),
					projected: posts(row.projected),
					agreed: posts(row.agreed),
				})}
	</p>`;
}

function Annex({ row }) {
	const series = [
		{ name: t('charts.realised'), values: valuesOf(row.months, 'realised') },
		{ name: t('charts.agreed'), values: valuesOf(row.months, 'agreed') },
		{ name: t('charts.projected'), values: valuesOf(row.months, 'projected') },
	];
	const months = row.months.map((one) => one.month);
	const name = t('charts.etpOf', {
		annex: row.annex,
		structure: row.structure_name,
	});

	return html`<div class="stack chart-annex">
		<h3>${name}</h3>
		<${Sentence} row=${row} />
		<${Lines}
			title=${name}
			desc=${t('charts.etpDesc', {
				so: posts(row.etp_so_far),
				agreed: posts(row.agreed_so_far),
			})}
			months=${months}
			series=${series.map((one, i) =>
				i === 2 ? { ...one, values: joined(row.months, one.values) } : one,
			)}
		/>
		<${Figures}
			caption=${name}
			file=${`etp-${row.annex}.csv`}
			months=${months}
			series=${[
				{
					name: t('charts.hoursDeclared'),
					values: row.months.map((one) => one.hours),
				},
				{ name: t('charts.etpMonth'), values: valuesOf(row.months, 'etp') },
				...series,
			]}
		/>
	</div>`;
}

/* The picture's projection sets out from what is realised. */
function joined(months, projected) {
	const last = months.findLastIndex((one) => one.realised !== null);

	return projected.map((value, i) =>
		i === last && value === null && i + 1 < months.length
			? months[i].realised / 100
			: value,
	);
}

export function Etp({ data }) {
	return html`${data.rows.length === 0 &&
		html`<${Empty}
			icon="file-text"
			title=${t('charts.noAnnex')}
			text=${t('charts.noAnnexHelp')}
		/>`}
		${data.rows.map(
			(row) =>
				html`<${Annex} key=${`${row.structure}/${row.annex}`} row=${row} />`,
		)}
		${data.unattached.map(
			(one) =>
				html`<${Strip} key=${one.structure} look="warn">
					${t('charts.unattached', {
						n: one.hours,
						structure: one.structure_name,
					})}
				<//>`,
		)}`;
}
