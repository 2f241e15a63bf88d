/* Who is recording: several supervisors may share a laptop. */
import { html, useState } from '../../../../shared/web/preact.js';
import { post } from '../../../../shared/web/api.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { loadSession, session } from '../../state.js';
import { shortDevice } from '../crew/stops.js';
import { Failure } from './failure.js';

export function Who({ onTake, onWords }) {
	return html`<div class="stack">
		<h1>${t('start.whoTitle')}</h1>
		<ul class="stack start-who">
			${session.value.supervisors.map(
				(one) =>
					html`<li key=${`${one.structure}/${one.id}`}>
						<button
							type="button"
							class="tile tile-line"
							onClick=${() => onTake(one)}
						>
							<${Icon} name="user" big />
							<span class="grow">
								<span class="big">${one.name}</span>
								<span class="tile-note">${one.crew}</span>
							</span>
							${one.pin &&
							html`<${Icon} name="lock" />
								<span class="visually-hidden">
									${t('start.hasPin')}
								</span>`}
						</button>
					</li>`,
			)}
		</ul>
		<div class="row">
			<button type="button" class="button button-quiet" onClick=${onWords}>
				<${Icon} name="phone" />${t('start.seeWords')}
			</button>
		</div>
	</div>`;
}

/* The laptop is enrolled, but the office gave it no crew yet. */
export function Nobody() {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function ask() {
		setBusy(true);
		setError(null);
		const answer = await post('sync');

		setBusy(false);
		setError(answer.error);
		await loadSession();
	}

	return html`<div class="stack">
		<h1>${t('crew.noCrew')} ${t('crew.callOffice')}</h1>
		<p class="big">
			${t('crew.device', { device: shortDevice(session.value.device) })}
		</p>
		<p>${t('start.nobodyHelp')}</p>
		<${Failure} error=${error} />
		<button
			type="button"
			class="button button-main"
			disabled=${busy}
			onClick=${ask}
		>
			<${Icon} name="refresh-cw" />
			${t(busy ? 'start.asking' : 'start.ask')}
		</button>
	</div>`;
}
