/* What the office should look at, and what to do about it. */
import { html } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Empty } from '../../parts/empty.js';
import { Strip } from '../../parts/strip.js';

const BAD = new Set(['accident', 'branch', 'fork', 'epoch']);

export function Alerts({ alerts }) {
	if (alerts.length === 0)
		return html`<${Empty} title=${t('devices.noAlert')} />`;
	return html`<ul class="devices-alerts">
		${alerts.map(
			(one, i) =>
				html`<li key=${i}>
					<${Strip} look=${BAD.has(one.alert) ? 'bad' : 'warn'}>
						<p>
							<strong>${t(`devices.alert_${one.alert}`)}</strong>
							${one.name && html` – <bdi>${one.name}</bdi>`}
							${one.since &&
							html` <span class="soft">${stamp(one.since)}</span>`}
						</p>
						<p class="devices-said">${one.text}</p>
						<p class="soft devices-said">${one.todo}</p>
					<//>
				</li>`,
		)}
	</ul>`;
}
