/* Looking a skill up in the catalogues. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';

/* The skills whose words are these: pressed, one is chosen. */
export function Found({ search, at, onChoose }) {
	const answer = useAnswer(search.trim().length > 1 ? 'skills/catalogue' : '', {
		search,
		limit: '12',
	});

	if (search.trim().length < 2)
		return html`<p class="soft">${t('people.typeMore')}</p>`;
	return html`<${Answer} of=${answer} lines=${2}>
		${(data) =>
			data.rows.length === 0
				? html`<p class="soft">${t('people.noSuchSkill')}</p>`
				: html`<div
						class="stack people-found"
						role="group"
						aria-label=${t('people.skill')}
					>
						${data.rows.map(
							(one) =>
								html`<button
									key=${one.code}
									type="button"
									class="tile people-tile"
									aria-pressed=${at === one.code
										? 'true'
										: 'false'}
									onClick=${() => onChoose(one)}
								>
									<span>${one.label}</span>
									<span class="small">${one.code}</span>
								</button>`,
						)}
					</div>`}
	<//>`;
}
