/* One structure's rows, its state, and what may be done about it. */
import { html, useState } from '../../../../shared/web/preact.js';
import { duration, number } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { href, month } from '../../route.js';
import { can } from '../../state.js';
import { Badge } from '../../parts/badge.js';
import { Strip } from '../../parts/strip.js';
import { Table } from '../../parts/table.js';
import { personName } from '../month/words.js';
import { stamp } from '../../../../shared/web/format.js';
import { Annexes } from './annexes.js';
import { Attach } from './attach.js';
import { MarkDeclared } from './declared.js';

const LOOKS = { SAISI: '', VALIDE: 'good', DEBLOQUE: 'late', BROUILLON: 'soft' };

/* −30 … +29: what the rounding of a row left out. */
function remainder(minutes) {
	return t('declare.minutes', {
		n: number(minutes, { signDisplay: 'exceptZero' }),
	});
}

/* Without a contract there is no annex to look for. */
function Lacking({ row, what }) {
	if (row.why !== what)
		return '—';
	return html`<${Badge} look="warn">${t(`declare.without_${what}`)}<//>`;
}

function columns(place) {
	return [
		{
			id: 'name',
			label: t('declare.worker'),
			head: true,
			sort: (row) => row.name,
			cell: (row) =>
				row.why === 'purged'
					? t('declare.purged')
					: html`<a
							href=${href(['grid', month.value], {
								s: place.structure,
								worker: row.worker,
							})}
						>
							<bdi>${row.name}</bdi>
						</a>`,
		},
		{
			id: 'contract',
			label: t('declare.contract'),
			sort: (row) => row.contract,
			cell: (row) =>
				row.contract || html`<${Lacking} row=${row} what="contract" />`,
		},
		{
			id: 'annex',
			label: t('declare.annex'),
			sort: (row) => row.annex,
			cell: (row) =>
				row.annex || html`<${Lacking} row=${row} what="annex" />`,
		},
		{
			id: 'minutes',
			label: t('declare.kept'),
			num: true,
			sort: (row) => row.minutes,
			cell: (row) => duration(row.minutes),
		},
		{
			id: 'hours',
			label: t('declare.hours'),
			num: true,
			sort: (row) => row.hours,
			cell: (row) => html`<strong>${number(row.hours)}</strong>`,
		},
		{
			id: 'remainder',
			label: t('declare.remainder'),
			num: true,
			sort: (row) => row.remainder,
			cell: (row) => remainder(row.remainder),
		},
		{
			id: 'version',
			label: t('declare.version'),
			num: true,
			cell: (row) => (row.version > 0 ? number(row.version) : '—'),
		},
		{
			id: 'state',
			label: t('declare.state'),
			cell: (row) => t(`declare.state_${row.state}`),
		},
	];
}

function State({ place }) {
	const { declared } = place;

	if (place.version === 0)
		return html`<${Strip} look="warn">
			<p>
				${t('declare.draft')}${' '}
				<a href=${href(['month', month.value], { s: place.structure })}>
					${t('declare.toMonth')}
				</a>
			</p>
		<//>`;
	if (declared?.current)
		return html`<${Strip} look="good">
			<p>
				${t('declare.done', {
					who: personName(declared.person),
					at: stamp(declared.at),
				})}
			</p>
			${declared.file &&
			html`<p class="small soft">
				${t('declare.file')} <span class="declare-hash">${declared.file}</span>
			</p>`}
		<//>`;
	if (declared)
		return html`<${Strip} look="late">${t('declare.again')}<//>`;
	return null;
}

export function Place({ place }) {
	const [doing, setDoing] = useState('');
	const { total } = place;
	const id = `declare-${place.structure}`;
	const close = () => setDoing('');

	return html`<section class="stack declare-place" aria-labelledby=${id}>
		<div class="row">
			<h2 class="grow" id=${id}>
				<bdi>${place.name}</bdi> <span class="soft">${place.kind}</span>
			</h2>
			<${Badge} look=${LOOKS[place.state]}>
				${t(`declare.state_${place.state}`)}
			<//>
		</div>
		<${State} place=${place} />
		${total.rows === 0
			? html`<p class="soft">${t('declare.empty')}</p>`
			: html`<p class="declare-sum">
						<strong>${t('declare.sum', { n: total.hours })}</strong>
						<span class="soft">
							${t('declare.sumKept', {
								kept: duration(total.minutes),
								rest: remainder(total.remainder),
							})}
						</span>
					</p>
					${total.no_contract + total.no_annex > 0 &&
					html`<${Strip} look="warn">
						<div class="row">
							<p class="grow">
								${[
									total.no_contract > 0 &&
										t('declare.noContract', {
											n: total.no_contract,
										}),
									total.no_annex > 0 &&
										t('declare.noAnnex', { n: total.no_annex }),
								]
									.filter(Boolean)
									.join(' ')}
							</p>
							${can('declare') &&
							total.no_annex > 0 &&
							html`<button
								type="button"
								class="button"
								onClick=${() => setDoing('attach')}
							>
								${t('declare.attach')}
							</button>`}
						</div>
					<//>`}
					<${Table}
						caption=${t('declare.caption', { name: place.name })}
						hidden
						columns=${columns(place)}
						rows=${place.rows}
						keyOf=${(row) =>
							`${row.worker}/${row.contract}/${row.annex}`}
						foot=${{
							name: t('declare.total'),
							minutes: duration(total.minutes),
							hours: number(total.hours),
							remainder: remainder(total.remainder),
						}}
					/>`}
		${place.annexes.length > 0 && html`<${Annexes} annexes=${place.annexes} />`}
		${can('declare') &&
		place.version > 0 &&
		!place.declared?.current &&
		html`<div class="row screen-only">
			<button
				type="button"
				class="button button-main"
				onClick=${() => setDoing('declare')}
			>
				<${Icon} name="send" />${t('declare.mark')}
			</button>
		</div>`}
		${doing === 'attach' && html`<${Attach} place=${place} onClose=${close} />`}
		${doing === 'declare' &&
		html`<${MarkDeclared} place=${place} onClose=${close} />`}
	</section>`;
}
