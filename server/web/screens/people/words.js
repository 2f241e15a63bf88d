/* What several parts of the screen say alike. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { href } from '../../route.js';

/* A day, or a dash. */
export function Day({ of }) {
	return of
		? html`<span class="people-day">${dayNumeric(of)}</span>`
		: html`<span class="soft">${t('people.none')}</span>`;
}

/* The page of somebody: two structures may have one identifier. */
export function hrefPerson(row, query = {}) {
	return href(['people', row.worker], { of: row.structure, ...query });
}

/* A word of a closed list, by its slug. */
export function labelOf(list, slug) {
	return list?.find((one) => one.slug === slug)?.label || slug;
}

/* 3 of 4 steps; the words say it, the squares help. */
export function Level({ of }) {
	if (!of)
		return html`<span class="people-level">${t('people.level_0')}</span>`;
	return html`<span class="people-level">
		<span class="people-steps" aria-hidden="true">
			${[1, 2, 3, 4].map(
				(step) =>
					html`<span
						key=${step}
						class=${step <= of
							? 'people-step people-step-on'
							: 'people-step'}
					></span>`,
			)}
		</span>
		${t(`people.level_${of}`)}
	</span>`;
}

/* A part of the page: its name, what is done there, its content. */
export function Part({ title, text, acts, children }) {
	return html`<section class="card stack people-part">
		<div class="row">
			<div class="grow">
				<h2>${title}</h2>
				${text && html`<p class="soft small">${text}</p>`}
			</div>
			${acts && html`<div class="row screen-only">${acts}</div>`}
		</div>
		${children}
	</section>`;
}
