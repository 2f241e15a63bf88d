/* A filter that is typed: it acts on Enter, or when one leaves it, so that
 * each letter asks for nothing. */
import { html, useEffect, useId, useState } from '../../../../shared/web/preact.js';
import { query, setQuery } from '../../route.js';

export function Typed({ name, label, type = 'text' }) {
	const id = useId();
	const [value, setValue] = useState(query(name));

	useEffect(() => setValue(query(name)), [query(name)]);

	function take() {
		if (value.trim() !== query(name))
			setQuery({ [name]: value.trim() });
	}

	return html`<div class="filter">
		<label for=${id}>${label}</label>
		<input
			id=${id}
			class="input"
			type=${type}
			name=${name}
			autocapitalize="none"
			spellcheck=${false}
			value=${value}
			onInput=${(event) => setValue(event.currentTarget.value)}
			onChange=${take}
			onBlur=${take}
			onKeyDown=${(event) => event.key === 'Enter' && take()}
		/>
	</div>`;
}
