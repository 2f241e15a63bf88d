/* Another crew: mine first, then those I may fill for a colleague. */
import { html } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { t } from '../../../shared/web/i18n.js';
import { chosen, crew, roster, who } from '../state.js';

function isMine(one) {
	return (
		one.crew === who.value.crew &&
		one.structure === who.value.structure
	);
}

export function CrewDialog({ onClose }) {
	const crews = [...(roster.value?.crews || [])].sort(
		(a, b) => isMine(b) - isMine(a),
	);

	function take(one) {
		chosen.value = { structure: one.structure, crew: one.crew };
		onClose();
	}

	return html`<${Dialog} title=${t('frame.chooseCrew')} onClose=${onClose}>
		<p class="soft">${t('frame.replacing')}</p>
		<ul class="stack">
			${crews.map(
				(one) =>
					html`<li key=${`${one.structure}/${one.crew}`}>
						<button
							type="button"
							class="tile tile-line"
							aria-pressed=${one === crew.value}
							onClick=${() => take(one)}
						>
							<span class="grow">
								${one.name || one.crew}
								<span class="small tile-note">
									${one.site_name || one.site}
									${' · '}
									${t('frame.people', {
										n: one.workers.length,
									})}
								</span>
							</span>
							${isMine(one) &&
							html`<span class="small">${t('frame.mine')}</span>`}
						</button>
					</li>`,
			)}
		</ul>
	<//>`;
}
