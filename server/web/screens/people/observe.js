/* Noting an observation at the office, or correcting one. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say, tell, today } from '../../state.js';
import {
	AreaField,
	DateField,
	Field,
	FormFault,
	SelectField,
	Submit,
	useForm,
} from '../../parts/form.js';
import { Found } from './find_skill.js';

function levels() {
	return [1, 2, 3, 4, 0].map((level) => ({
		value: String(level || 'non évalué'),
		label: t(`people.level_${level}`),
	}));
}

function told(data) {
	if (data.notes?.length)
		tell(data.notes.join(' '));
	else
		say(t('people.noted'));
}

function Fields({ form }) {
	return html`<${SelectField}
			form=${form}
			name="level"
			label=${t('people.level')}
			options=${levels()}
			empty=${t('people.choose')}
			required
		/>
		<${DateField}
			form=${form}
			name="day"
			label=${t('people.seenOn')}
			max=${today.value}
			required
		/>
		<${AreaField}
			form=${form}
			name="note"
			label=${t('people.remark')}
			help=${t('people.remarkHelp')}
			maxlength="500"
		/>`;
}

function Acts({ form, onClose }) {
	return html`<div class="form-acts">
		<button type="button" class="button" onClick=${onClose}>
			${t('ui.cancel')}
		</button>
		<${Submit} form=${form}>${t('people.save')}<//>
	</div>`;
}

export function ObserveSkill({ page, onClose }) {
	const [search, setSearch] = useState('');
	const form = useForm(
		{ skill: '', level: '', day: today.value, note: '' },
		async ({ skill, level, day, note }) => {
			const { data, error } = await act(
				'skills/add',
				{
					worker: page.worker,
					structure: page.structure,
					skill,
					level,
					day,
					...(note.trim() ? { note: note.trim() } : {}),
				},
				{ quiet: true },
			);

			if (error)
				return error;
			onClose();
			told(data);
			return null;
		},
		({ skill }) => (skill ? {} : { skill: t('people.chooseSkill') }),
	);

	return html`<${Dialog}
		title=${t('people.observe')}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			<${Field}
				label=${t('people.skill')}
				fault=${form.faults.skill}
				required
				draw=${(props) =>
					html`<input
						...${props}
						class="input"
						type="search"
						data-autofocus
						value=${search}
						placeholder=${t('people.searchSkill')}
						onInput=${(event) =>
							setSearch(event.currentTarget.value)}
					/>`}
			/>
			<${Found}
				search=${search}
				at=${form.values.skill}
				onChoose=${(one) => form.set('skill', one.code)}
			/>
			<${Fields} form=${form} />
			<${Acts} form=${form} onClose=${onClose} />
		</form>
	<//>`;
}

export function CorrectSkill({ one, onClose }) {
	const form = useForm(
		{
			level: String(one.level || 'non évalué'),
			day: one.day,
			note: one.remark,
			reason: '',
		},
		async ({ level, day, note, reason }) => {
			const { data, error } = await act(
				'skills/set',
				{ id: one.id, seen: one.hash, level, day, note, reason },
				{ quiet: true },
			);

			if (error)
				return error;
			onClose();
			told(data);
			return null;
		},
	);

	return html`<${Dialog}
		title=${t('people.correct')}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<${FormFault} form=${form} />
			<${Fields} form=${form} />
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('people.reason')}
				maxlength="500"
				required
			/>
			<${Acts} form=${form} onClose=${onClose} />
		</form>
	<//>`;
}
