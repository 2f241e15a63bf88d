/* The weeks of a year, absences by their coarse motive, sign-offs. */
import { html, useLayoutEffect, useRef } from '../../../../shared/web/preact.js';
import {
	dayNumeric,
	duration,
	monthName,
	stamp,
} from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { Table } from '../../parts/table.js';
import { Curve } from './curve.js';
import { Part } from './words.js';

function weekColumns() {
	return [
		{
			id: 'week',
			label: t('people.week'),
			head: true,
			cell: (row) => t('people.weekOf', { day: dayNumeric(row.monday) }),
			sort: (row) => row.monday,
		},
		{
			id: 'minutes',
			label: t('people.payable'),
			num: true,
			cell: (row) => duration(row.minutes),
			sort: (row) => row.minutes,
		},
		{
			id: 'contested',
			label: t('people.contested'),
			num: true,
			cell: (row) => (row.contested ? duration(row.contested) : ''),
			sort: (row) => row.contested,
		},
		{
			id: 'under',
			label: t('people.mark'),
			cell: (row) =>
				row.under
					? html`<${Badge} look="warn" icon="triangle-alert">
							${t('people.under')}
						<//>`
					: row.expected
						? ''
						: html`<span class="soft"
								>${t('people.notExpected')}</span
							>`,
		},
	];
}

function Absences({ page }) {
	const rows = Object.entries(page.absences);

	if (rows.length === 0)
		return html`<p class="soft">${t('people.noAbsences')}</p>`;
	return html`<ul class="people-facts">
		${rows.map(
			([kind, one]) =>
				html`<li key=${kind}>
					<strong>${one.label}</strong>${' '}
					${t('people.halves', { n: one.slots })}
				</li>`,
		)}
	</ul>`;
}

const LOOKS = { agree: 'good', disagree: 'clash', stale: 'warn', none: '' };

function Signoffs({ page }) {
	if (page.signoffs.length === 0)
		return html`<p class="soft">${t('people.noSignoffs')}</p>`;
	return html`<ul class="people-facts">
		${page.signoffs.map(
			(row) =>
				html`<li key=${row.month}>
					<strong>${monthName(row.month)}</strong>${' '}
					<${Badge} look=${LOOKS[row.state] || ''}>
						${t(`people.sign_${row.state}`)}
					<//>
					${row.at &&
					html`<span class="soft small"> ${stamp(row.at)}</span>`}
				</li>`,
		)}
	</ul>`;
}

/* Where there is no room for a year, its end is in sight. */
function CurveBox({ page }) {
	const ref = useRef(null);

	useLayoutEffect(() => {
		ref.current.scrollLeft = ref.current.scrollWidth;
	}, []);
	return html`<div
		class="people-curve-box"
		tabindex="0"
		role="group"
		aria-label=${t('people.curve')}
		ref=${ref}
	>
		<${Curve} weeks=${page.weeks} limit=${page.week_minutes} />
	</div>`;
}

export function Hours({ page }) {
	const limit = page.week_minutes;
	const under = page.weeks.filter((week) => week.under).length;
	const expected = page.weeks.filter((week) => week.expected).length;

	return html`<${Part}
			title=${t('people.curve')}
			text=${t('people.curveHelp', { time: duration(limit) })}
		>
			<p>
				${t('people.underSum', { n: under, of: expected })}
			</p>
			<${CurveBox} page=${page} />
			<details>
				<summary class="people-summary-line">
					${t('people.asTable')}
				</summary>
				<${Table}
					caption=${t('people.curve')}
					hidden
					columns=${weekColumns()}
					rows=${page.weeks}
					keyOf=${(row) => row.monday}
				/>
			</details>
		<//>
		<${Part}
			title=${t('people.absences')}
			text=${t('people.absencesHelp')}
		>
			<${Absences} page=${page} />
		<//>
		<${Part} title=${t('people.signoffs')}>
			<${Signoffs} page=${page} />
		<//>`;
}
