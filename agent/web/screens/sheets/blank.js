/*
 * Blank crew sheets, a week each: hours or a motive's letters by hand, typed
 * in at the office when the laptop is dead.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import {
	addDays,
	dayLong,
	dayShort,
	duration,
} from '../../../../shared/web/format.js';
import { hasText, t } from '../../../../shared/web/i18n.js';
import { crew, roster, session, today } from '../../state.js';
import { kindLabel, usualOf } from '../crew/model.js';
import { Bar, Paper } from './bar.js';

const WORKED = 5;
const WHOLE = 7;
/* For those who come during the week. */
const SPARE = 3;
const NEXT = 7;

function mondayOf(day) {
	const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();

	return addDays(day, -((weekday + 6) % 7));
}

function Heads({ days }) {
	return html`<thead>
		<tr>
			<th rowspan="2" scope="col" class="sheets-name">${t('sheets.worker')}</th>
			${days.map(
				(day) =>
					html`<th key=${day} colspan="2" scope="colgroup">
						${dayShort(day)}
					</th>`,
			)}
			<th rowspan="2" scope="col" class="sheets-hand">
				${t('sheets.signature')}
			</th>
		</tr>
		<tr>
			${days.map(
				(day) => html`
					<th key=${`${day}a`} scope="col">${t('sheets.am')}</th>
					<th key=${`${day}p`} scope="col">${t('sheets.pm')}</th>
				`,
			)}
		</tr>
	</thead>`;
}

function Line({ days, worker }) {
	return html`<tr>
		${worker
			? html`<th scope="row" class="sheets-name">
					${worker.name}${' '}
					${!worker.newcomer &&
					html`<span class="sheets-id">${worker.worker}</span>`}
				</th>`
			: html`<td class="sheets-name"></td>`}
		${days.map(
			(day) => html`
				<td key=${`${day}a`} class="sheets-am"></td>
				<td key=${`${day}p`}></td>
			`,
		)}
		<td></td>
	</tr>`;
}

/* Where the crew was and what it did, once a day. */
function Foot({ days, name }) {
	return html`<tr class="sheets-day">
		<th scope="row" class="sheets-name">${name}</th>
		${days.map((day) => html`<td key=${day} colspan="2"></td>`)}
		<td></td>
	</tr>`;
}

function Legend() {
	const kinds = roster.value.kinds.filter((kind) =>
		hasText(`sheets.code_${kind.slug}`),
	);

	return html`<ul class="sheets-legend">
		${kinds.map(
			(kind) =>
				html`<li key=${kind.slug}>
					<strong>${t(`sheets.code_${kind.slug}`)}</strong>${' '}
					${kindLabel(kind.slug)}
				</li>`,
		)}
	</ul>`;
}

function BlankSheet({ one, days }) {
	const spare = Array.from({ length: SPARE });

	return html`<article class="sheets-page sheets-wide">
		<header class="sheets-head">
			<div>
				<h2>${one.name || one.crew}</h2>
				<p>
					${t('sheets.crewLine', {
						crew: one.crew,
						structure: one.structure,
						site: one.site_name || one.site || '—',
					})}
				</p>
			</div>
			<div>
				<p>
					<strong>${t('sheets.weekOf', { day: dayLong(days[0]) })}</strong>
				</p>
				<p>
					${t('sheets.usual', {
						am: duration(usualOf(one, 'am')),
						pm: duration(usualOf(one, 'pm')),
					})}
				</p>
			</div>
		</header>
		<p class="sheets-help">${t('sheets.blankHelp')}</p>
		<table class="sheets-table">
			<caption class="visually-hidden">
				${one.name}
			</caption>
			<${Heads} days=${days} />
			<tbody>
				${one.workers.map(
					(worker) =>
						html`<${Line}
							key=${worker.worker}
							days=${days}
							worker=${worker}
						/>`,
				)}
				${spare.map((_, i) => html`<${Line} key=${i} days=${days} />`)}
				<${Foot} days=${days} name=${t('sheets.site')} />
				<${Foot} days=${days} name=${t('sheets.activity')} />
			</tbody>
		</table>
		<${Legend} />
		<footer class="sheets-foot">
			<p>
				${t('sheets.supervisor', {
					names: one.supervisors.map((who) => who.name).join(', '),
				})}
			</p>
			<p>${t('sheets.madeBy', { version: session.value.version })}</p>
		</footer>
	</article>`;
}

function Choice({ on, label, onChange }) {
	return html`<label class="check">
		<input
			type="checkbox"
			checked=${on}
			onChange=${(event) => onChange(event.currentTarget.checked)}
		/>
		<span>${label}</span>
	</label>`;
}

export function BlankSheets() {
	const [later, setLater] = useState(false);
	const [whole, setWhole] = useState(false);
	const [all, setAll] = useState(false);
	const monday = addDays(mondayOf(today.value), later ? NEXT : 0);
	const days = Array.from({ length: whole ? WHOLE : WORKED }, (_, i) =>
		addDays(monday, i),
	);
	const crews = all ? roster.value.crews : [crew.value];

	return html`<div class="sheets">
		<${Bar} title=${t('sheets.blankTitle')} ready=${Boolean(crew.value)}>
			<${Choice} on=${later} label=${t('sheets.nextWeek')} onChange=${setLater} />
			<${Choice} on=${whole} label=${t('sheets.weekend')} onChange=${setWhole} />
			${roster.value.crews.length > 1 &&
			html`<${Choice} on=${all} label=${t('sheets.allCrews')} onChange=${setAll} />`}
		<//>
		<p class="sheets-note screen-only">${t('sheets.blankWhy')}</p>
		${crew.value
			? html`<${Paper}>
					${crews.map(
						(one) =>
							html`<${BlankSheet}
								key=${`${one.structure}/${one.crew}`}
								one=${one}
								days=${days}
							/>`,
					)}
				<//>`
			: html`<p class="page">${t('crew.noCrew')}</p>`}
	</div>`;
}
