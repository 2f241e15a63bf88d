/* What an account may do, and for which structures. */
import { html, useId } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useLists } from '../../ask.js';
import { Loading } from '../../parts/answer.js';
import { CheckField, SelectField, TextField } from '../../parts/form.js';
import { lists } from '../../state.js';
import { ALL, ROLES, givesAll, roleTitle } from './words.js';

/* The values of a form about ${account}, or about a new one: that sees nothing
 * until it is said what, but where there is nothing to choose. */
export function valuesOf(account) {
	const here = lists.value?.structures || [];

	return {
		login: '',
		name: account?.name || '',
		role: account?.role || '',
		all: account
			? account.structures.includes(ALL)
			: here.length === 0 && givesAll(),
		chosen: account
			? account.structures.filter((one) => one !== ALL)
			: here.slice(0, here.length === 1 ? 1 : 0).map((one) => one.id),
	};
}

export function structuresOf({ all, chosen }) {
	return all ? [ALL] : chosen;
}

export function checkStructures(values) {
	return structuresOf(values).length === 0
		? { chosen: t('accounts.noneChosen') }
		: {};
}

function RoleField({ form }) {
	const { role } = form.values;

	return html`<div class="stack">
		<${SelectField}
			form=${form}
			name="role"
			label=${t('accounts.role')}
			options=${ROLES.map((value) => ({ value, label: roleTitle(value) }))}
			empty=${t('accounts.chooseRole')}
			required
		/>
		<p class="accounts-may" role="status">
			${role ? t(`accounts.may_${role}`) : ''}
		</p>
	</div>`;
}

function Boxes({ form }) {
	const found = useLists();
	const id = useId();
	const fault = form.faults.chosen;
	const { chosen } = form.values;

	function toggle(structure, on) {
		form.set('chosen', (now) =>
			on ? [...now, structure] : now.filter((one) => one !== structure),
		);
	}

	if (!found)
		return html`<${Loading} lines=${2} />`;
	return html`<div
		role="group"
		aria-labelledby=${id}
		aria-describedby=${fault ? `${id}-fault` : undefined}
	>
		<p id=${id} class="legend">${t('accounts.which')}</p>
		${found.structures.map(
			(one) =>
				html`<label key=${one.id} class="check">
					<input
						type="checkbox"
						name=${`structure-${one.id}`}
						checked=${chosen.includes(one.id)}
						onChange=${(event) =>
							toggle(one.id, event.currentTarget.checked)}
					/>
					<span>${one.name}</span>
				</label>`,
		)}
		${fault &&
		html`<p class="field-error" id=${`${id}-fault`} role="alert">
			${fault}
		</p>`}
	</div>`;
}

export function AccountFields({ form, fresh }) {
	return html`<${TextField}
			form=${form}
			name="name"
			label=${t('accounts.name')}
			autocomplete="off"
			maxlength="100"
			first=${true}
			required
		/>
		${fresh &&
		html`<${TextField}
			form=${form}
			name="login"
			label=${t('accounts.login')}
			help=${t('accounts.loginHelp')}
			autocomplete="off"
			autocapitalize="none"
			spellcheck=${false}
			maxlength="64"
			required
		/>`}
		<${RoleField} form=${form} />
		${givesAll() &&
		html`<${CheckField}
			form=${form}
			name="all"
			label=${t('accounts.allBox')}
		/>`}
		${!form.values.all && html`<${Boxes} form=${form} />`}`;
}
