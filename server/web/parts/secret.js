/* What only the person knows: a password, and the six digits of the phone. */
import { html, useState } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { TextField } from './form.js';

export const PASSWORD_MIN = 12;

/* Letters as people count them, so that an accent is one. */
export function lengthOf(text) {
	return [...text.normalize('NFC')].length;
}

/* ${fresh}: a new one, whose length is said while it is typed. */
export function PasswordField({ form, name, label, fresh, autocomplete, first }) {
	const [shown, setShown] = useState(false);
	const typed = lengthOf(form.values[name]);
	const missing = PASSWORD_MIN - typed;

	return html`<div class="secret">
		<${TextField}
			form=${form}
			name=${name}
			label=${label}
			type=${shown ? 'text' : 'password'}
			autocomplete=${autocomplete}
			autocapitalize="none"
			spellcheck=${false}
			help=${fresh ? t('login.passwordHelp', { n: PASSWORD_MIN }) : ''}
			first=${first}
			required
		/>
		<div class="row">
			<button
				type="button"
				class="button button-quiet"
				aria-pressed=${shown ? 'true' : 'false'}
				onClick=${() => setShown(!shown)}
			>
				${t('login.show')}
			</button>
			${fresh &&
			html`<p class="small soft" aria-live="polite">
				${typed > 0 &&
				(missing > 0
					? t('login.missing', { n: missing })
					: t('login.enough'))}
			</p>`}
		</div>
	</div>`;
}

export function CodeField({ form, name, label, help }) {
	return html`<${TextField}
		form=${form}
		name=${name}
		label=${label || t('login.code')}
		help=${help || t('login.codeHelp')}
		inputmode="numeric"
		autocomplete="one-time-code"
		autocapitalize="none"
		spellcheck=${false}
		maxlength="7"
		required
	/>`;
}

