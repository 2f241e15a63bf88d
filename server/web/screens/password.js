/* Another password: the old one and the phone's code prove who asks. */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { FormFault, Submit, useForm } from '../parts/form.js';
import { Head } from '../parts/head.js';
import { CodeField, PASSWORD_MIN, PasswordField, lengthOf } from '../parts/secret.js';
import { go } from '../route.js';
import { say, sessionAct } from '../state.js';

function check({ old, password, repeat }) {
	const faults = {};

	if (lengthOf(password) < PASSWORD_MIN)
		faults.password = t('login.tooShort', { n: PASSWORD_MIN });
	else if (password === old)
		faults.password = t('password.same');
	if (repeat !== password)
		faults.repeat = t('login.different');
	return faults;
}

function Password() {
	const form = useForm(
		{ old: '', password: '', repeat: '', totp: '' },
		async ({ old, password, totp }) => {
			const { error } = await sessionAct('password', {
				old,
				password,
				totp,
			});

			if (!error) {
				go(['home']);
				/* After the way there, which hushes. */
				setTimeout(() => say(t('password.done')), 0);
			}
			return error;
		},
		check,
	);

	return html`<${Head} title=${t('password.title')} text=${t('password.text')} />
		<form class="stack narrow" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			<${PasswordField}
				form=${form}
				name="old"
				label=${t('password.old')}
				autocomplete="current-password"
			/>
			<${PasswordField}
				form=${form}
				name="password"
				label=${t('password.fresh')}
				autocomplete="new-password"
				fresh=${true}
			/>
			<${PasswordField}
				form=${form}
				name="repeat"
				label=${t('login.repeat')}
				autocomplete="new-password"
			/>
			<${CodeField} form=${form} name="totp" />
			<div class="row">
				<${Submit} form=${form}>${t('password.change')}<//>
			</div>
		</form>`;
}

export const passwordScreen = {
	id: 'password',
	icon: 'key-round',
	title: 'password.title',
	group: 'office',
	hidden: true,
	Screen: Password,
};
