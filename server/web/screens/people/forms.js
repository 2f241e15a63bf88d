/*
 * The forms of accompaniment: one table says which fields each kind of note
 * has; a correction asks why as well.
 */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say, tell } from '../../state.js';
import {
	AreaField,
	DateField,
	FormFault,
	SelectField,
	Submit,
	TextField,
	useForm,
} from '../../parts/form.js';
import { FIELDS, initialOf, membersOf } from './fields.js';

const PATHS = {
	meeting: 'care/meeting',
	training: 'care/training',
	pmsmp: 'care/pmsmp',
};

/* Where it goes: exits and follow-ups are one a worker, so the office itself
 * knows what is corrected. */
function send(page, kind, row, values) {
	const members = membersOf(kind, values, row);
	const who = { worker: page.worker, structure: page.structure };
	const why = row ? { reason: values.reason.trim(), seen: row.hash } : {};

	if (kind === 'exit')
		return act(
			'care/exit/set',
			{ ...who, ...members, ...why },
			{ quiet: true },
		);
	if (kind === 'followup')
		return act(
			'care/follow-up',
			{ ...who, ...members, ...why },
			{ quiet: true },
		);
	return row
		? act(
				`${PATHS[kind]}/set`,
				{ id: row.id, ...members, ...why },
				{ quiet: true },
			)
		: act(`${PATHS[kind]}/add`, { ...who, ...members }, { quiet: true });
}

function options(type, words) {
	if (type === 'objectives')
		return words.objectives.map((one) => ({
			value: String(one.number),
			label: one.label,
		}));
	if (type === 'codes')
		return words.codes.map((one) => ({
			value: one.code,
			label: `${one.code} ${one.label}`,
		}));
	return words[type].map((one) => ({ value: one.slug, label: one.label }));
}

function NoteField({ form, kind, field: [name, , type, required], words, first }) {
	const label = t(`people.field_${kind}_${name}`);
	const common = { form, name, label, required };

	if (type === 'date')
		return html`<${DateField} ...${common} first=${first} />`;
	if (type === 'codes' && words.codes.length === 0)
		return null;
	if (words[type])
		return html`<${SelectField}
			...${common}
			options=${options(type, words)}
			empty=${t('people.choose')}
		/>`;
	return html`<${TextField}
		...${common}
		first=${first}
		maxlength=${type === 'siret' ? 20 : 200}
		inputmode=${type === 'siret' ? 'numeric' : undefined}
		autocomplete="off"
		help=${type === 'minutes'
			? t('people.minutesHelp')
			: type === 'hours'
				? t('people.hoursHelp')
				: type === 'siret'
					? t('people.siretHelp')
					: ''}
	/>`;
}

export function NoteForm({ page, kind, row, words, onClose }) {
	const form = useForm(initialOf(kind, row), async (values) => {
		const { data, error } = await send(page, kind, row, values);

		if (error)
			return error;
		onClose();
		if (data.notes?.length)
			tell(data.notes.join(' '));
		else
			say(t('people.noted'));
		return null;
	});

	return html`<${Dialog}
		title=${row ? t('people.correct') : t(`people.title_${kind}`)}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			${FIELDS[kind].map(
				(field, i) =>
					html`<${NoteField}
						key=${field[0]}
						form=${form}
						kind=${kind}
						field=${field}
						words=${words}
						first=${i === 0}
					/>`,
			)}
			${row &&
			html`<${AreaField}
				form=${form}
				name="reason"
				label=${t('people.reason')}
				maxlength="500"
				required
			/>`}
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('people.save')}<//>
			</div>
		</form>
	<//>`;
}
