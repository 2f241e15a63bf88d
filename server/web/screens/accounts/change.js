/* Another name, role, or other structures: felt at the person's next click. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { FormFault, Submit, useForm } from '../../parts/form.js';
import { say } from '../../state.js';
import {
	AccountFields,
	checkStructures,
	structuresOf,
	valuesOf,
} from './fields.js';

/* What is not as it was: somebody else may change the rest meanwhile. */
function changed(account, values) {
	const members = {};
	const structures = structuresOf(values);
	const list = (all) => [...all].sort().join(',');

	if (values.name.trim() !== account.name)
		members.name = values.name.trim();
	if (values.role !== account.role)
		members.role = values.role;
	if (list(structures) !== list(account.structures))
		members.structures = structures;
	return members;
}

export function Change({ account, onClose }) {
	const form = useForm(
		valuesOf(account),
		async (values) => {
			const members = changed(account, values);

			if (Object.keys(members).length === 0) {
				onClose();
				return null;
			}
			const { error } = await act(
				'user/role',
				{ login: account.login, ...members },
				{ quiet: true },
			);

			if (!error) {
				say(t('accounts.changed', { name: values.name.trim() }));
				onClose();
			}
			return error;
		},
		checkStructures,
	);

	return html`<${Dialog}
		title=${t('accounts.changeTitle', { name: account.name })}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p>${t('accounts.changeText')}</p>
			<${FormFault} form=${form} />
			<${AccountFields} form=${form} />
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('accounts.change')}<//>
			</div>
		</form>
	<//>`;
}
