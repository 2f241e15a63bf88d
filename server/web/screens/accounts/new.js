/* A new account: who, what they may do; then the link by which they come. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { FormFault, Submit, useForm } from '../../parts/form.js';
import {
	AccountFields,
	checkStructures,
	structuresOf,
	valuesOf,
} from './fields.js';
import { Link } from './link.js';

export function NewAccount({ onClose }) {
	const [given, setGiven] = useState(null);
	const form = useForm(
		valuesOf(null),
		async (values) => {
			const { data, error } = await act(
				'user/add',
				{
					login: values.login.trim(),
					name: values.name.trim(),
					role: values.role,
					structures: structuresOf(values),
				},
				{ quiet: true },
			);

			setGiven(data);
			return error;
		},
		checkStructures,
	);

	return html`<${Dialog}
		title=${given ? t('accounts.linkTitle') : t('accounts.add')}
		onClose=${onClose}
		steady=${form.busy}
		wide=${true}
	>
		${given
			? html`<${Link}
					given=${given}
					name=${form.values.name.trim()}
					onClose=${onClose}
				/>`
			: html`<form class="stack" onSubmit=${form.submit} novalidate>
					<${FormFault} form=${form} />
					<${AccountFields} form=${form} fresh=${true} />
					<div class="form-acts">
						<button type="button" class="button" onClick=${onClose}>
							${t('ui.cancel')}
						</button>
						<${Submit} form=${form}>${t('accounts.make')}<//>
					</div>
				</form>`}
	<//>`;
}
