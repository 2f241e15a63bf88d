/* One worker's month on paper: rows, totals, the answer, the hash and its QR. */
import { html } from '../../../../shared/web/preact.js';
import {
	dayShort,
	duration,
	monthName,
	stamp,
} from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, session } from '../../state.js';
import { kindLabel } from '../crew/model.js';
import { daysOf, slotText } from '../month/days.js';
import { signedText } from '../month/signed.js';
import { boxOf } from '../signoff/stroke.js';

const COLUMNS = ['am', 'pm'];

function Slot({ row }) {
	if (!row)
		return '—';
	const { what, where } = slotText(row);

	return html`<strong>${what}</strong>
		${where && html`<span class="sheets-where">${where}</span>`}`;
}

function Extras({ slots }) {
	return Object.keys(slots)
		.filter((name) => name[0] === 'x')
		.sort()
		.map(
			(name) =>
				html`<div key=${name}><${Slot} row=${slots[name]} /></div>`,
		);
}

function minutesOf(slots) {
	return Object.values(slots).reduce(
		(sum, row) => sum + (row.state === 'merged' ? row.minutes : 0),
		0,
	);
}

function Rows({ rows }) {
	return html`<table class="sheets-table sheets-month">
		<thead>
			<tr>
				<th scope="col">${t('sheets.day')}</th>
				<th scope="col">${t('frame.am')}</th>
				<th scope="col">${t('frame.pm')}</th>
				<th scope="col">${t('sheets.extra')}</th>
				<th scope="col" class="num">${t('sheets.total')}</th>
			</tr>
		</thead>
		<tbody>
			${daysOf(rows, []).map(
				({ day, slots }) =>
					html`<tr key=${day}>
						<th scope="row">${dayShort(day)}</th>
						${COLUMNS.map(
							(name) =>
								html`<td key=${name}>
									<${Slot} row=${slots[name]} />
								</td>`,
						)}
						<td><${Extras} slots=${slots} /></td>
						<td class="num">${duration(minutesOf(slots))}</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}

function Totals({ sheet }) {
	return html`<dl class="sheets-totals">
		${Object.entries(sheet.totals).map(
			([kind, minutes]) =>
				html`<div key=${kind}>
					<dt>${kindLabel(kind)}</dt>
					<dd>${duration(minutes)}</dd>
				</div>`,
		)}
		<div>
			<dt>${t('sheets.daysWorked')}</dt>
			<dd>${sheet.days}</dd>
		</div>
		<div class="sheets-payable">
			<dt>${t('sheets.payable')}</dt>
			<dd>${duration(sheet.payable)}</dd>
		</div>
	</dl>`;
}

/* Still to be signed by hand: both answers, and room to write. */
function ByHand() {
	return html`<ul class="sheets-boxes">
			<li><span class="sheets-box"></span>${t('month.is_agree')}</li>
			<li><span class="sheets-box"></span>${t('sheets.because')}</li>
		</ul>
		<div class="sheets-sign">
			<p>${t('sheets.workerSigns')}</p>
			<p>${t('sheets.supervisorSigns')}</p>
		</div>`;
}

/* Named again: a long month takes a second page. */
function Answer({ sheet }) {
	const { signed } = sheet;
	const open = signed.state === 'none' || signed.state === 'stale';

	return html`<section class="sheets-answer">
		<h3>
			${t('sheets.answer', {
				name: sheet.name,
				month: monthName(sheet.month),
			})}
		</h3>
		<p>
			<strong>${signedText(signed)}</strong>
			${signed.answer === 'disagree' && html` <q>${signed.reason}</q>`}
		</p>
		${!open &&
		signed.stroke &&
		html`<svg
			class="sheets-stroke"
			viewBox=${boxOf(signed.stroke)}
			role="img"
			aria-label=${t('sheets.signature')}
		>
			<path d=${signed.stroke} />
		</svg>`}
		${(open || signed.how === 'paper') && html`<${ByHand} />`}
		${!open && html`<p class="sheets-small">${t('sheets.notQualified')}</p>`}
	</section>`;
}

/* In groups: a hand can compare it with the screen's. */
function Hash({ name, hash }) {
	return html`<p class="sheets-small">
		${name}${' '}
		<code>${hash.match(/.{1,8}/g).join(' ')}</code>
	</p>`;
}

function Proof({ sheet, qr }) {
	return html`<div class="sheets-proof">
		<svg
			class="sheets-qr"
			viewBox=${`0 0 ${qr.size} ${qr.size}`}
			role="img"
			aria-label=${t('sheets.qr')}
		>
			<path d=${qr.path} />
		</svg>
		<div>
			<${Hash} name=${t('sheets.sum')} hash=${sheet.sum} />
			${sheet.signed.hash &&
			html`<${Hash} name=${t('sheets.entry')} hash=${sheet.signed.hash} />`}
			<p class="sheets-small">${t('sheets.sumHelp')}</p>
		</div>
	</div>`;
}

export function MonthSheet({ sheet, qr }) {
	return html`<article class="sheets-page">
		<header class="sheets-head">
			<div>
				<h2>${sheet.name}</h2>
				<p>
					${t('sheets.workerLine', {
						worker: sheet.worker,
						structure: sheet.structure,
						crew: crew.value?.name || '',
					})}
				</p>
			</div>
			<p class="sheets-of">${monthName(sheet.month)}</p>
		</header>
		${sheet.rows.length > 0
			? html`<${Rows} rows=${sheet.rows} />`
			: html`<p>${t('month.nothing')}</p>`}
		<${Totals} sheet=${sheet} />
		<${Answer} sheet=${sheet} />
		<${Proof} sheet=${sheet} qr=${qr} />
		<footer class="sheets-foot">
			<p>
				${t('sheets.printed', {
					at: stamp(new Date().toISOString()),
					name: session.value.name,
				})}
			</p>
			<p>${t('sheets.madeBy', { version: session.value.version })}</p>
		</footer>
	</article>`;
}
