/* What a half-day holds now, and how far it has gone: in the dialog's head. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { roster } from '../../state.js';
import { isBlank, personName, siteName, valueText } from './model.js';

const WAY = {
	kept: ['house', 'cell.kept'],
	sent: ['cloud-upload', 'cell.sent'],
	received: ['check-check', 'cell.received'],
};

function Values({ values }) {
	return html`<ul class="stack held-values">
		${values.map(
			(value, i) =>
				html`<li key=${value.hash} class="card">
					<strong>${t('cell.value', { n: i + 1 })}</strong>
					${' '}
					${value.kind === 'void' ? t('crew.void') : valueText(value)}
					${value.site && html` · ${siteName(value.site)}`}
					<br />
					<span class="soft">
						${personName(value.person)}
						${value.device_name && html`, ${value.device_name}`}
					</span>
				</li>`,
		)}
	</ul>`;
}

export function Held({ held }) {
	const late = roster.value.closed;
	const [icon, key] = WAY[held?.sync] || WAY.kept;

	return html`
		${held?.state === 'contested' &&
		html`<div class="strip strip-clash">
				<${Icon} name="triangle-alert" />
				<p>${t('cell.clash')}</p>
			</div>
			<${Values} values=${held.values || []} />`}
		${late &&
		html`<div class="strip strip-warn">
			<${Icon} name="lock" />
			<p>${t('cell.late')}</p>
		</div>`}
		${!isBlank(held) &&
		held.state === 'merged' &&
		html`<p class="held soft">
			<strong><bdi>${valueText(held)}</bdi></strong>
			<bdi>${personName(held.person)}</bdi>
			<span class="held-way">
				<${Icon} name=${icon} />
				${t(key, { n: held.receipt || '' })}
			</span>
			${held.note && html`<q>${held.note}</q>`}
		</p>`}
	`;
}
