/* Who are you: login, password, six digits. */
import { html } from '../../../shared/web/preact.js';
import { LanguageSwitch } from '../../../shared/web/languages.js';
import { t } from '../../../shared/web/i18n.js';
import { FormFault, Submit, TextField, useForm } from '../parts/form.js';
import { CodeField, PasswordField } from '../parts/secret.js';
import { Strip } from '../parts/strip.js';
import { session, sessionAct } from '../state.js';

/* The page of somebody who is not in yet. */
export function Outside({ title, children }) {
	document.title = t('frame.title', { name: title });
	return html`<div class="outside">
		<main id="main" class="outside-card stack">
			<p class="outside-name">Pointeau</p>
			<h1>${title}</h1>
			${children}
		</main>
		<footer><${LanguageSwitch} /></footer>
	</div>`;
}

export function Login() {
	const form = useForm(
		{ login: '', password: '', totp: '' },
		async (values) => {
			const { error } = await sessionAct('login', values);

			if (error)
				form.set('totp', '');
			return error;
		},
	);

	return html`<${Outside} title=${t('login.title')}>
		${session.value.setup &&
		html`<${Strip} look="warn">${t('login.noAccount')}<//>`}
		<form class="stack" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			<${TextField}
				form=${form}
				name="login"
				label=${t('login.login')}
				autocomplete="username"
				autocapitalize="none"
				spellcheck=${false}
				maxlength="64"
				required
			/>
			<${PasswordField}
				form=${form}
				name="password"
				label=${t('login.password')}
				autocomplete="current-password"
			/>
			<${CodeField} form=${form} name="totp" />
			<${Submit} form=${form}>${t('login.in')}<//>
		</form>
		<p class="small soft">${t('login.lost')}</p>
	<//>`;
}
