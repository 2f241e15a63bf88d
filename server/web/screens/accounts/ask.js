/* Two questions before an act: a new link, and closing an account. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { FormFault, Submit, useForm } from '../../parts/form.js';
import { say } from '../../state.js';
import { Link } from './link.js';

function Question({ form, yes, danger, onClose, children }) {
	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		${children}
		<${FormFault} form=${form} />
		<div class="form-acts">
			<button type="button" class="button" onClick=${onClose}>
				${t('ui.cancel')}
			</button>
			<${Submit} form=${form} danger=${danger}>${yes}<//>
		</div>
	</form>`;
}

export function AskLink({ account, onClose }) {
	const [given, setGiven] = useState(null);
	/* What it was when asked: the link itself changes it. */
	const [state] = useState(account.state);
	const form = useForm({}, async () => {
		const { data, error } = await act(
			'user/link',
			{ login: account.login },
			{ quiet: true },
		);

		setGiven(data);
		return error;
	});

	return html`<${Dialog}
		title=${given
			? t('accounts.linkTitle')
			: t(`accounts.ask_${state}`, { name: account.name })}
		onClose=${onClose}
		steady=${form.busy}
		wide=${Boolean(given)}
	>
		${given
			? html`<${Link}
					given=${given}
					name=${account.name}
					onClose=${onClose}
				/>`
			: html`<${Question}
					form=${form}
					yes=${t(`accounts.link_${state}`)}
					onClose=${onClose}
				>
					<p>${t(`accounts.why_${state}`)}</p>
					${state === 'ready' && html`<p>${t('accounts.stolen')}</p>`}
				<//>`}
	<//>`;
}

export function AskDisable({ account, onClose }) {
	const { name, login } = account;
	const form = useForm({}, async () => {
		const { error } = await act('user/disable', { login }, { quiet: true });

		if (!error) {
			say(t('accounts.disabled', { name }));
			onClose();
		}
		return error;
	});

	return html`<${Dialog}
		title=${t('accounts.disableTitle', { name })}
		onClose=${onClose}
		steady=${form.busy}
	>
		<${Question}
			form=${form}
			yes=${t('accounts.disable')}
			danger=${true}
			onClose=${onClose}
		>
			<p>${t('accounts.disableText')}</p>
		<//>
	<//>`;
}
