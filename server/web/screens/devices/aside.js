/* Entries that were set aside: read, and let count where that may be. */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayName, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say } from '../../state.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import { Reason } from '../../parts/reason.js';

/* hours/V01/2026-11-19/am: the day and the half-day it is about. */
function about(row) {
	const [family, , day, slot] = row.record.split('/');

	if (family !== 'hours' || !slot)
		return row.record || t('devices.unreadable');
	return t('devices.aboutSlot', {
		name: row.worker_name,
		day: dayName(day),
		slot: slot === 'am' || slot === 'pm' ? t(`devices.slot_${slot}`) : slot,
	});
}

function Entry({ row, onRelease }) {
	return html`<article class="card stack devices-entry">
		<h2 class="devices-about"><bdi>${about(row)}</bdi></h2>
		<p>
			<${Badge} look="warn" icon="triangle-alert">${row.why}<//>${' '}
			<span class="soft">
				${t('devices.broughtBy', {
					device: row.name,
					at: stamp(row.received),
				})}
				${row.person_name &&
				t('devices.writtenBy', { person: row.person_name })}
			</span>
		</p>
		<p class="devices-said">${row.todo}</p>
		${row.reason && html`<p>${t('devices.itsReason', { text: row.reason })}</p>`}
		${row.body &&
		html`<details>
			<summary>${t('devices.asItCame')}</summary>
			<pre class="devices-body" tabindex="0">${row.body}</pre>
		</details>`}
		<p class="soft small">
			${t('devices.hash')} <code>${row.hash.slice(0, 12)}</code>
		</p>
		${row.releasable &&
		html`<div class="row">
			<button type="button" class="button" onClick=${onRelease}>
				${t('devices.release')}
			</button>
		</div>`}
	</article>`;
}

function Release({ row, onClose }) {
	return html`<${Reason}
		title=${t('devices.releaseTitle')}
		text=${t('devices.releaseText', { about: about(row) })}
		yes=${t('devices.release')}
		presets=${[t('devices.releasePreset1'), t('devices.releasePreset2')]}
		onYes=${async (reason) => {
			const { data, error } = await act(
				'quarantine/release',
				{ hash: row.hash, reason },
				{ quiet: true },
			);

			if (data)
				say(
					t(
						data.state === 'contested'
							? 'devices.releasedContested'
							: 'devices.released',
					),
				);
			return error;
		}}
		onClose=${onClose}
	/>`;
}

export function Aside({ aside }) {
	const [releasing, setReleasing] = useState(null);

	if (aside.rows.length === 0)
		return html`<${Empty}
			title=${t('devices.noAside')}
			text=${t('devices.noAsideHelp')}
		/>`;
	return html`<p class="soft">${t('devices.asideHelp')}</p>
		${aside.total > aside.rows.length &&
		html`<p>
			${t('devices.asideSome', { n: aside.rows.length, all: aside.total })}
		</p>`}
		${aside.rows.map(
			(row) =>
				html`<${Entry}
					key=${`${row.structure}${row.hash}`}
					row=${row}
					onRelease=${() => setReleasing(row)}
				/>`,
		)}
		${releasing &&
		html`<${Release} row=${releasing} onClose=${() => setReleasing(null)} />`}`;
}
