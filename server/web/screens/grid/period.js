/*
 * An absence (or a training, a PMSMP) over a period, in one act: every
 * half-day that is planned, none that holds something else, unless that is
 * asked for with a reason.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import {
	AreaField,
	CheckField,
	DateField,
	FormFault,
	SelectField,
	Submit,
	TextField,
	useForm,
} from '../../parts/form.js';
import { say, tell } from '../../state.js';
import { minutesOf } from './typed.js';

const CONFLICT = 409;

function check(values) {
	const faults = {};

	if (values.to && values.from && values.to < values.from)
		faults.to = t('grid.endsBefore');
	if (values.time.trim() && minutesOf(values.time) === null)
		faults.time = t('grid.cannotReadTime');
	if (values.replace && values.reason.trim() === '')
		faults.reason = t('parts.required');
	return faults;
}

/* What was done, in numbers. */
function told(data) {
	const text = [t('grid.periodDone', { n: data.written + data.replaced })];

	if (data.replaced > 0)
		text.push(t('grid.periodReplaced', { n: data.replaced }));
	if (data.already > 0)
		text.push(t('grid.periodAlready', { n: data.already }));
	if (data.late)
		text.push(t('grid.toldLate'));
	return text.join(' ');
}

function Days({ form }) {
	return html`<div class="fields">
			<${DateField} form=${form} name="from" label=${t('grid.from')} required />
			<${DateField} form=${form} name="to" label=${t('grid.to')} required />
		</div>
		<div class="fields">
			<${CheckField} form=${form} name="fromPm" label=${t('grid.fromPm')} />
			<${CheckField} form=${form} name="toAm" label=${t('grid.toAm')} />
		</div>`;
}

export function PeriodDialog({ grid, row, acts, onClose }) {
	const [taken, setTaken] = useState(false);
	const form = useForm(
		{
			row: row?.id || '',
			kind: 'sick',
			from: grid.days[0].iso,
			to: grid.days[0].iso,
			fromPm: false,
			toAm: false,
			time: '',
			note: '',
			replace: false,
			reason: '',
		},
		async (values) => {
			const who = grid.rows.find((one) => one.id === values.row);
			const { data, error } = await act(
				'hours/period',
				{
					worker: who.worker,
					structure: who.structure,
					kind: values.kind,
					from: values.from,
					to: values.to,
					'from-slot': values.fromPm ? 'pm' : null,
					'to-slot': values.toAm ? 'am' : null,
					time: values.time.trim()
						? `${minutesOf(values.time)}m`
						: null,
					note: values.note.trim() || null,
					replace: values.replace,
					reason: values.reason.trim() || null,
				},
				{ quiet: true },
			);

			if (error) {
				setTaken(error.status === CONFLICT);
				return error;
			}
			onClose();
			if (data.late)
				tell(told(data));
			else
				say(told(data));
			return null;
		},
		check,
	);

	return html`<${Dialog}
		title=${t('grid.period')}
		onClose=${onClose}
		steady=${form.busy}
		wide
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p class="soft">${t('grid.periodHelp')}</p>
			<${FormFault} form=${form} />
			<div class="fields">
				<${SelectField}
					form=${form}
					name="row"
					label=${t('grid.worker')}
					empty=${t('grid.chooseWorker')}
					options=${grid.rows
						.filter((one) => !one.unknown && !one.newcomer)
						.map((one) => ({ value: one.id, label: one.name }))}
					required
				/>
				<${SelectField}
					form=${form}
					name="kind"
					label=${t('grid.kind')}
					options=${[...grid.kinds.values()].map((one) => ({
						value: one.slug,
						label: one.label,
					}))}
					required
				/>
			</div>
			<${Days} form=${form} />
			<${TextField}
				form=${form}
				name="time"
				label=${t('grid.halfTime')}
				help=${t('grid.halfTimeHelp')}
				maxlength="20"
				autocomplete="off"
			/>
			<${TextField} form=${form} name="note" label=${t('grid.note')} maxlength="500" />
			${(taken || form.values.replace) &&
			html`<${CheckField}
					form=${form}
					name="replace"
					label=${t('grid.replace')}
				/>
				<${AreaField}
					form=${form}
					name="reason"
					label=${t('parts.reason')}
					maxlength="500"
					required=${form.values.replace}
				/>`}
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('grid.periodYes')}<//>
			</div>
		</form>
	<//>`;
}
