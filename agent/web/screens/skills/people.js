/* Who showed it: one or several of the crew. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';

function Person({ one, chosen, onToggle, onShow }) {
	return html`<li class="skills-person">
		<button
			type="button"
			class="tile skills-name"
			aria-pressed=${chosen}
			onClick=${onToggle}
		>
			${one.name}
		</button>
		<button
			type="button"
			class="button-icon"
			aria-label=${t('skills.show', { name: one.name })}
			onClick=${onShow}
		>
			<${Icon} name="sprout" />
		</button>
	</li>`;
}

export function People({ members, chosen, onChange, onShow }) {
	const all = members.map((one) => one.worker);
	const isAll = all.length > 0 && chosen.length === all.length;

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
					html`<${Person}
						key=${one.worker}
						one=${one}
						chosen=${chosen.includes(one.worker)}
						onToggle=${() => toggle(one.worker)}
						onShow=${() => onShow(one)}
					/>`,
			)}
		</ul>
		${members.length === 0 &&
		html`<p>${t('skills.emptyCrew')}</p>`}
	</section>`;
}
