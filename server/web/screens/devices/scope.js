/* Change the crews that a laptop sees. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say } from '../../state.js';
import { FormFault, Submit, useForm } from '../../parts/form.js';
import { CrewBoxes } from './crews.js';

export function Scope({ device, onClose }) {
	const form = useForm(
		{ crews: device.crews },
		async ({ crews }) => {
			const { error } = await act(
				'device/scope',
				{ device: device.device, crew: crews },
				{ quiet: true },
			);

			if (!error) {
				say(t('devices.scopeDone', { name: device.name }));
				onClose();
			}
			return error;
		},
		({ crews }) =>
			crews.length === 0 ? { crews: t('devices.noneChosen') } : {},
	);

	return html`<${Dialog}
		title=${t('devices.scopeTitle', { name: device.name })}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p>${t('devices.scopeText')}</p>
			<${FormFault} form=${form} />
			<${CrewBoxes}
				form=${form}
				of=${[device.structure]}
				fault=${form.faults.crews}
			/>
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('devices.scope')}<//>
			</div>
		</form>
	<//>`;
}
