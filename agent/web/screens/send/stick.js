/* No network for weeks: the same signed sets on a stick, for the office. */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { Icon } from '../../../../shared/web/icon.js';
import { number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../state.js';

const MEBIBYTE = 1024 * 1024;

function Done({ done }) {
	return html`<div class="strip strip-good" role="status">
		<${Icon} name="circle-check" />
		<div class="stack">
			<p><strong>${t('send.stickDone', { n: done.entries })}</strong></p>
			<p>${t('send.stickThen')}</p>
			<p class="small">${done.path}</p>
		</div>
	</div>`;
}

export function Stick({ onClose }) {
	const [places, setPlaces] = useState(null);
	const [failure, setFailure] = useState(null);
	const [done, setDone] = useState(null);
	const [busy, setBusy] = useState(false);

	async function look() {
		const { data, error } = await api.get('usb/places');

		setFailure(error);
		setPlaces(data ? data.rows : []);
	}

	useEffect(() => void look(), []);

	async function copy(place) {
		setBusy(true);
		setFailure(null);
		const { data, error } = await act(
			'usb/export',
			{ dir: place.path },
			{ quiet: true },
		);

		setBusy(false);
		setFailure(error);
		setDone(data);
	}

	return html`<${Dialog}
		title=${t('send.stickTitle')}
		steady=${busy}
		onClose=${onClose}
	>
		<div class="stack">
			<p>${t('send.stickHelp')}</p>
			${failure &&
			html`<p class="strip strip-bad" role="alert">${failure.message}</p>`}
			${done && html`<${Done} done=${done} />`}
			${!done &&
			(places || []).map(
				(place) =>
					html`<button
						key=${place.path}
						type="button"
						class="button button-main button-wide"
						disabled=${busy}
						onClick=${() => copy(place)}
					>
						<${Icon} name="usb" />
						${t('send.copyTo', {
							name: place.label || place.path,
							free: number(Math.floor(place.free / MEBIBYTE)),
						})}
					</button>`,
			)}
			${places &&
			places.length === 0 &&
			html`<p><strong>${t('send.noStick')}</strong></p>`}
			${!done &&
			html`<button
				type="button"
				class="button button-wide"
				disabled=${busy}
				onClick=${look}
			>
				<${Icon} name="refresh-cw" /> ${t('send.lookAgain')}
			</button>`}
		</div>
	<//>`;
}
