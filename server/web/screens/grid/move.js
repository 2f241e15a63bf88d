/* A value goes to another worker, day or half-day, in one act. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import {
	AreaField,
	DateField,
	FormFault,
	SelectField,
	Submit,
	useForm,
} from '../../parts/form.js';
import { say } from '../../state.js';
import { slotName } from './words.js';

const SLOTS = ['am', 'pm', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9'];

export function MoveDialog({ grid, row, day, slot, acts, onClose }) {
	const form = useForm(
		{ to: row.id, day: grid.days[day].iso, slot, reason: '' },
		async (values) => {
			const to = grid.rows.find((one) => one.id === values.to);
			const { error } = await act(
				'hours/move',
				{
					...acts.members(row, day, slot, {}),
					reason: values.reason.trim(),
					'to-worker': to.worker,
					'to-structure': to.structure,
					'to-day': values.day,
					'to-slot': values.slot,
				},
				{ quiet: true },
			);

			if (error)
				return error;
			onClose();
			say(t('grid.moved'));
			return null;
		},
	);

	return html`<${Dialog} title=${t('grid.moveTitle')} onClose=${onClose} steady=${form.busy}>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			<${SelectField}
				form=${form}
				name="to"
				label=${t('grid.worker')}
				options=${grid.rows
					.filter((one) => !one.unknown)
					.map((one) => ({ value: one.id, label: one.name }))}
				required
			/>
			<div class="fields">
				<${DateField} form=${form} name="day" label=${t('grid.day')} required />
				<${SelectField}
					form=${form}
					name="slot"
					label=${t('grid.slot')}
					options=${SLOTS.map((one) => ({
						value: one,
						label: slotName(one),
					}))}
					required
				/>
			</div>
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('parts.reason')}
				maxlength="500"
				required
			/>
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('grid.move')}<//>
			</div>
		</form>
	<//>`;
}
