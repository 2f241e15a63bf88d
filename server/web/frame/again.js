/*
 * The office does not know us any more (half an hour without a click, or it
 * was started anew): the password is asked for over the page, and what was
 * typed stays beneath.
 */
import { html, useEffect, useState } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { t } from '../../../shared/web/i18n.js';
import { cameBack, lost } from '../ask.js';
import { CodeField, PasswordField } from '../parts/secret.js';
import { FormFault, useForm } from '../parts/form.js';
import { session, sessionAct, tookSession } from '../state.js';

function AgainDialog({ person }) {
	const form = useForm({ password: '', totp: '' }, async (values) => {
		const { error } = await sessionAct('login', {
			login: person.login,
			...values,
		});

		if (!error)
			cameBack(true);
		return error;
	});

	function leave() {
		tookSession({ ...session.value, login: null, rights: [] });
		cameBack(false);
	}

	return html`<${Dialog}
		title=${t('login.again')}
		steady=${true}
		plain=${true}
		footer=${html`
			<button type="button" class="button" onClick=${leave}>
				${t('login.else')}
			</button>
			<button
				type="submit"
				form="again"
				class="button button-main"
				aria-disabled=${form.busy}
			>
				${t('login.in')}
			</button>
		`}
	>
		<form id="again" class="stack" onSubmit=${form.submit} novalidate>
			<p>${t('login.againText', { name: person.name })}</p>
			<${FormFault} form=${form} />
			<${PasswordField}
				form=${form}
				name="password"
				label=${t('login.password')}
				autocomplete="current-password"
				first=${true}
			/>
			<${CodeField} form=${form} name="totp" />
		</form>
	<//>`;
}

export function Again() {
	const person = lost.value;
	const [ready, setReady] = useState(false);

	/* Above a dialog that is open already: the last one shown is on top. */
	useEffect(() => setReady(Boolean(person)), [person]);
	return person && ready && html`<${AgainDialog} person=${person} />`;
}
