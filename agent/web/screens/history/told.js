/* One entry of a half-day's history, and the values that stand together. */
import { html } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { session } from '../../state.js';
import { siteName, valueText } from '../crew/model.js';

const WAYS = {
	kept: 'house',
	sent: 'cloud-upload',
	received: 'check-check',
};

/* A correction made at the office has no supervisor of this laptop's. */
function personName(id) {
	const known = session.value.supervisors.find((one) => one.id === id);

	return known ? known.name : id;
}

/* {what, where} of a value as it was recorded. */
function valueOf(value, text) {
	if (!value)
		return { what: text || t('history.empty'), where: '' };
	if (value.kind === 'void')
		return { what: t('crew.void'), where: '' };
	const hours =
		value.start && value.end ? `${value.start}–${value.end}` : '';

	return {
		what: valueText(value),
		where: [value.site && siteName(value.site), value.activity, hours]
			.filter(Boolean)
			.join(' · '),
	};
}

function Value({ value, text }) {
	const { what, where } = valueOf(value, text);

	return html`<strong>${what}</strong>
		${where && html`<span class="history-where">${where}</span>`}`;
}

function By({ row }) {
	return html`<p class="small soft">
		${t('history.by', {
			person: personName(row.person),
			device: row.device_name || row.device,
			at: stamp(row.at),
		})}
	</p>`;
}

/* Values that nobody has put over another: both stand. */
export function Clash({ rows }) {
	return html`<section class="strip strip-clash history-clash">
		<p>
			<${Icon} name="triangle-alert" />
			<strong>${t('history.clash')}</strong>
		</p>
		<ul class="history-values">
			${rows.map(
				(row) =>
					html`<li key=${row.hash} class="card">
						<p><${Value} value=${row.after} text=${row.after_text} /></p>
						<${By} row=${row} />
						${row.note && html`<p><q>${row.note}</q></p>`}
					</li>`,
			)}
		</ul>
	</section>`;
}

function Way({ row }) {
	return html`<span class="history-mark">
		<${Icon} name=${WAYS[row.sync] || WAYS.kept} />
		${t(`cell.${row.sync in WAYS ? row.sync : 'kept'}`, { n: row.receipt })}
	</span>`;
}

/* Among several that stand, none counts. */
function Marks({ row, clash }) {
	return html`<p class="history-marks">
		<${Way} row=${row} />
		${row.live &&
		!row.fault &&
		(clash
			? html`<span class="history-mark history-contested">
					<${Icon} name="triangle-alert" />${t('history.contested')}
				</span>`
			: html`<span class="history-mark history-live">
					<${Icon} name="check" />${t('history.live')}
				</span>`)}
		${row.late &&
		html`<span class="history-mark history-late">
			<${Icon} name="clock" />${t('history.late')}
		</span>`}
	</p>`;
}

/* With several values before, the agent's own line names them all. */
function Change({ row }) {
	const many = row.before_text.includes(' / ');

	if (!row.before_text)
		return html`<p class="history-change">
			<${Value} value=${row.after} text=${row.after_text} />
		</p>`;
	return html`<p class="history-change">
		<span class="history-before">
			<span class="visually-hidden">${t('history.before')}</span>
			${many
				? row.before_text
				: html`<${Value} value=${row.before} text=${row.before_text} />`}
		</span>
		<span class="icon-directed"><${Icon} name="arrow-right" /></span>
		<span>
			<span class="visually-hidden">${t('history.after')}</span>
			<${Value} value=${row.after} text=${row.after_text} />
		</span>
	</p>`;
}

export function Told({ row, clash }) {
	return html`<li class="card history-entry">
		<${Change} row=${row} />
		${row.reason &&
		html`<p>${t('history.reason')} <strong>${row.reason}</strong></p>`}
		${row.note && html`<p>${t('history.note')} <q>${row.note}</q></p>`}
		<${By} row=${row} />
		<${Marks} row=${row} clash=${clash} />
		${row.fault &&
		html`<p class="strip strip-warn">
			<${Icon} name="circle-alert" />
			<span>${t('history.aside', { why: row.fault_text })}</span>
		</p>`}
	</li>`;
}
