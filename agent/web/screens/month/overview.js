/* A crew's month, one line a worker: those with something odd come first. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import {
	addDays,
	duration,
	monthName,
	number,
} from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { countsSign, useAnswer } from '../../ask.js';
import { crew, go, today } from '../../state.js';
import { kindLabel } from '../crew/model.js';
import { OddCounts, gravity } from './odd.js';
import { SignedMark } from './signed.js';

/* The month before (-1) or after (1). */
function monthBy(month, by) {
	return addDays(`${month}-15`, by * 30).slice(0, 7);
}

function Pick({ month }) {
	const next = monthBy(month, 1);

	function show(wanted) {
		go('month', { month: wanted });
	}

	return html`<div class="month-pick">
		<button
			type="button"
			class="button-icon"
			aria-label=${t('month.before', { month: monthName(monthBy(month, -1)) })}
			onClick=${() => show(monthBy(month, -1))}
		>
			<span class="icon-directed"><${Icon} name="chevron-left" /></span>
		</button>
		<h1 class="month-name" aria-live="polite">${monthName(month)}</h1>
		<button
			type="button"
			class="button-icon"
			aria-label=${t('month.after', { month: monthName(next) })}
			disabled=${next > today.value.slice(0, 7)}
			onClick=${() => show(next)}
		>
			<span class="icon-directed"><${Icon} name="chevron-right" /></span>
		</button>
	</div>`;
}

export function Kinds({ minutes }) {
	return html`<span class="month-kinds">
		${Object.entries(minutes)
			.filter(([, n]) => n > 0)
			.map(
				([kind, n]) =>
					html`<span key=${kind}>
						${kindLabel(kind)} ${duration(n)}
					</span>`,
			)}
	</span>`;
}

function Person({ row, month }) {
	function show() {
		go('month', {
			month,
			worker: row.worker,
			structure: row.structure,
			crew: row.crew,
			name: row.name,
		});
	}

	return html`<li>
		<button
			type="button"
			id=${`month-${row.structure}-${row.worker}`}
			class="month-person"
			onClick=${show}
		>
			<span class="month-who">${row.name}</span>
			<${SignedMark} signed=${row.signoff} />
			<span class="month-sum">
				<span class="visually-hidden">${t('month.payable')}</span>
				<strong>${duration(row.payable)}</strong>
				<span>${t('month.days', { n: row.days })}</span>
			</span>
			<${Kinds} minutes=${row.minutes} />
			<${OddCounts} anomalies=${row.anomalies} />
		</button>
	</li>`;
}

function Group({ id, rows, month }) {
	if (rows.length === 0)
		return null;
	return html`<section aria-labelledby=${`month-${id}`}>
		<h2 id=${`month-${id}`} class="month-group">
			${t(`month.${id}`, { n: rows.length })}
		</h2>
		<ul class="month-list">
			${rows.map(
				(row) =>
					html`<${Person}
						key=${`${row.structure}/${row.worker}`}
						row=${row}
						month=${month}
					/>`,
			)}
		</ul>
	</section>`;
}

function Rows({ rows, month }) {
	const signed = rows.filter((row) =>
		['agree', 'disagree'].includes(row.signoff.state),
	).length;
	const total = rows.reduce((sum, row) => sum + row.payable, 0);

	if (rows.length === 0)
		return html`<p class="card">${t('month.nobody')}</p>`;
	return html`
		<p class="month-total">
			${t('month.people', { n: rows.length })} ·
			${` ${t('month.signedOf', { n: signed, all: number(rows.length) })}`} ·
			${` ${t('month.toPay', { hours: duration(total) })}`}
		</p>
		<${Group}
			id="odd"
			rows=${rows
				.filter((row) => row.anomalies.length > 0)
				.sort((a, b) => gravity(a.anomalies) - gravity(b.anomalies))}
			month=${month}
		/>
		<${Group}
			id="calm"
			rows=${rows.filter((row) => row.anomalies.length === 0)}
			month=${month}
		/>
	`;
}

export function Overview({ month }) {
	const { data, error } = useAnswer(
		'month',
		{ month, crew: crew.value?.crew },
		countsSign(),
	);
	const rows = (data?.rows || []).filter(
		(row) => !crew.value || row.structure === crew.value.structure,
	);

	return html`<div class="month">
		<${Pick} month=${month} />
		${error &&
		html`<p class="strip strip-bad" role="alert">${error.message}</p>`}
		${rows.some((row) => row.closed) &&
		html`<p class="strip strip-warn">
			<${Icon} name="lock" /><span>${t('month.closed')}</span>
		</p>`}
		${!data && !error && html`<p class="soft">${t('ui.loading')}</p>`}
		${data && html`<${Rows} rows=${rows} month=${month} />`}
	</div>`;
}
