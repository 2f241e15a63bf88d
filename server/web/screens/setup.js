/*
 * The link that makes an account: the phone's code, a password, and for the
 * very first one a login and a name.
 */
import { html, useEffect, useState } from '../../../shared/web/preact.js';
import * as api from '../../../shared/web/api.js';
import { Qr } from '../../../shared/web/qr.js';
import { t } from '../../../shared/web/i18n.js';
import { roleName } from '../frame/account.js';
import { Loading } from '../parts/answer.js';
import { FormFault, Submit, TextField, useForm } from '../parts/form.js';
import { CodeField, PASSWORD_MIN, PasswordField, lengthOf } from '../parts/secret.js';
import { Strip } from '../parts/strip.js';
import { go } from '../route.js';
import { sessionAct } from '../state.js';
import { Outside } from './login.js';

/* Asked once: each question may make another secret for the phone. */
function useInvitation(link) {
	const [answer, setAnswer] = useState({ data: null, error: null });

	useEffect(() => {
		let wanted = true;

		void api.get('session/invitation', { link }).then((found) => {
			if (wanted)
				setAnswer(found);
		});
		return () => {
			wanted = false;
		};
	}, [link]);
	return answer;
}

function Phone({ found }) {
	return html`<section class="stack" aria-labelledby="setup-phone">
		<h2 id="setup-phone">${t('login.phone')}</h2>
		<p>${t('login.phoneText')}</p>
		<div class="setup-phone">
			<${Qr} qr=${found.qr} label=${t('login.qr')} />
			<div class="stack">
				<p class="small soft">${t('login.secret')}</p>
				<p class="secret-text"><bdi>${found.secret}</bdi></p>
			</div>
		</div>
	</section>`;
}

function Person({ form, found }) {
	if (!found.first)
		return html`<p>
			${t('login.welcome', {
				name: found.name,
				login: found.login,
				role: roleName(found.role),
			})}
		</p>`;
	return html`<section class="stack" aria-labelledby="setup-you">
		<h2 id="setup-you">${t('login.you')}</h2>
		<p>${t('login.firstText')}</p>
		<${TextField}
			form=${form}
			name="login"
			label=${t('login.login')}
			help=${t('login.loginHelp')}
			autocomplete="username"
			autocapitalize="none"
			spellcheck=${false}
			maxlength="64"
			required
		/>
		<${TextField}
			form=${form}
			name="name"
			label=${t('login.name')}
			autocomplete="name"
			maxlength="100"
			required
		/>
	</section>`;
}

/* As text_check_id of shared/text.c. */
const NO_LOGIN = /[/\\"<>|*?#]|^[-\s]|\s$/;

function check({ login, password, repeat }) {
	const faults = {};

	if (NO_LOGIN.test(login))
		faults.login = t('login.noLogin');
	if (lengthOf(password) < PASSWORD_MIN)
		faults.password = t('login.tooShort', { n: PASSWORD_MIN });
	if (repeat !== password)
		faults.repeat = t('login.different');
	return faults;
}

function Form({ link, found }) {
	const form = useForm(
		{ login: '', name: '', password: '', repeat: '', totp: '' },
		async ({ login, name, password, totp }) => {
			const { error } = await sessionAct('setup', {
				link,
				password,
				totp,
				...(found.first ? { login, name } : {}),
			});

			if (!error)
				go(['home']);
			return error?.slug === 'wrong_totp'
				? { ...error, field: 'totp' }
				: error;
		},
		check,
	);

	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		<${Person} form=${form} found=${found} />
		<${Phone} found=${found} />
		<h2>${t('login.choose')}</h2>
		<${FormFault} form=${form} />
		<${PasswordField}
			form=${form}
			name="password"
			label=${t('login.password')}
			autocomplete="new-password"
			fresh=${true}
		/>
		<${PasswordField}
			form=${form}
			name="repeat"
			label=${t('login.repeat')}
			autocomplete="new-password"
		/>
		<${CodeField}
			form=${form}
			name="totp"
			help=${t('login.codeFirst')}
		/>
		<${Submit} form=${form}>${t('login.make')}<//>
	</form>`;
}

export function Setup({ link }) {
	const { data, error } = useInvitation(link);

	return html`<${Outside} title=${t('login.setup')}>
		${error &&
		html`<${Strip} look="bad">
				<p role="alert">${error.message}</p>
			<//>
			<p>
				${error.status === 404 ? t('login.linkHelp') : ''}
			</p>
			<a class="button" href="#/home">${t('login.toLogin')}</a>`}
		${!data && !error && html`<${Loading} />`}
		${data && html`<${Form} link=${link} found=${data} />`}
	<//>`;
}
