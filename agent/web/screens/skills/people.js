/* Who showed it: one or several of the crew. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';

export function People({ members, chosen, onChange, onShow }) {
	const all = members.map((one) => one.worker);
	const isAll = all.length > 0 && chosen.length === all.length;
	/* One alone: a line is one person's own. */
	const alone =
		chosen.length === 1 &&
		members.find((one) => one.worker === chosen[0]);

	function toggle(id) {
		onChange(
			chosen.includes(id)
				? chosen.filter((other) => other !== id)
				: [...chosen, id],
		);
	}

	return html`<section class="stack" aria-labelledby="skills-who">
		<div class="row">
			<h2 id="skills-who" class="grow">${t('skills.who')}</h2>
			${alone &&
			html`<button
				type="button"
				class="button"
				onClick=${() => onShow(alone)}
			>
				<${Icon} name="sprout" />
				${t('skills.show', { name: alone.name })}
			</button>`}
			<button
				type="button"
				class="button"
				onClick=${() => onChange(isAll ? [] : all)}
			>
				${isAll ? t('skills.nobody') : t('skills.everybody')}
			</button>
		</div>
		<ul class="skills-people">
			${members.map(
				(one) =>
					html`<li key=${one.worker}>
						<button
							type="button"
							class="tile"
							aria-pressed=${chosen.includes(one.worker)}
							onClick=${() => toggle(one.worker)}
						>
							${one.name}
						</button>
					</li>`,
			)}
		</ul>
		${members.length === 0 &&
		html`<p>${t('skills.emptyCrew')}</p>`}
	</section>`;
}
