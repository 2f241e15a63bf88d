/*
 * A row of filters whose values are in the address, so that a link or the way
 * back shows the same.
 *
 *	<${Filters}>
 *		<${Choice} name="crew" label=… options=${[{value, label}]} />
 *		<${Search} name="q" label=… />
 *	<//>
 *	… query('crew') …
 */
import { html, useId } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { query, setQuery } from '../route.js';

export function Filters({ children }) {
	return html`<div
		class="filters screen-only"
		role="group"
		aria-label=${t('parts.filters')}
	>
		${children}
	</div>`;
}

/* ${all}: what no choice is called. */
export function Choice({ name, label, options, all }) {
	const id = useId();

	return html`<div class="filter">
		<label for=${id}>${label}</label>
		<select
			id=${id}
			class="input"
			value=${query(name)}
			onChange=${(event) => setQuery({ [name]: event.currentTarget.value })}
		>
			<option value="">${all || t('parts.all')}</option>
			${options.map(
				(one) =>
					html`<option key=${one.value} value=${one.value}>
						${one.label}
					</option>`,
			)}
		</select>
	</div>`;
}

export function Search({ name, label }) {
	const id = useId();

	return html`<div class="filter filter-search">
		<label for=${id}>${label || t('parts.search')}</label>
		<div class="filter-box">
			<${Icon} name="search" />
			<input
				id=${id}
				class="input"
				type="search"
				value=${query(name)}
				onInput=${(event) =>
					setQuery({ [name]: event.currentTarget.value })}
			/>
		</div>
	</div>`;
}

/* Does ${text} hold what was searched, whatever the accents and case? */
export function holds(text, searched) {
	const bare = (one) =>
		one
			.normalize('NFD')
			.replace(/\p{M}/gu, '')
			.toLowerCase();

	return bare(text).includes(bare(searched));
}
