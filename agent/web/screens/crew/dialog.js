/* The dialog of one worker's half-day: its form, and the rarer acts. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { dayName } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, day, slot, slotName } from '../../state.js';
import { HistoryDialog } from '../history.js';
import { AccidentForm, Deadline } from './accident.js';
import { EditForm, SaveButton, useEdit } from './edit.js';
import { FORM } from './form.js';
import { Held } from './held.js';
import { isBlank } from './model.js';
import { CancelForm, MoveForm } from './move.js';
import { SplitForm } from './split.js';

/* The rarer forms, and what sends each. */
const FORMS = {
	split: { View: SplitForm, icon: 'split', key: 'cell.splitSave' },
	move: { View: MoveForm, icon: 'arrow-left-right', key: 'cell.moveSave' },
	accident: {
		View: AccidentForm,
		icon: 'bandage',
		key: 'cell.accidentSave',
		danger: true,
	},
	cancel: {
		View: CancelForm,
		icon: 'ban',
		key: 'cell.cancelSave',
		danger: true,
	},
};

/* {name, icon, key, needs}: needs a half-day that holds something. */
const ACTS = [
	{ name: 'split', icon: 'split', key: 'cell.doSplit' },
	{ name: 'move', icon: 'arrow-left-right', key: 'cell.doMove', needs: true },
	{ name: 'history', icon: 'history', key: 'cell.doHistory', needs: true },
	{ name: 'cancel', icon: 'ban', key: 'cell.doCancel', needs: true },
	{ name: 'accident', icon: 'bandage', key: 'cell.doAccident' },
];

function Acts({ held, onView }) {
	return html`<div class="cell-acts" role="group" aria-label=${t('cell.acts')}>
		${ACTS.filter((one) => !one.needs || held).map(
			(one) =>
				html`<button
					key=${one.name}
					type="button"
					class="button"
					onClick=${() => onView(one.name)}
				>
					<${Icon} name=${one.icon} />${t(one.key)}
				</button>`,
		)}
	</div>`;
}

function FormFoot({ form, onBack }) {
	return html`<button type="button" class="button" onClick=${onBack}>
			${t('ui.back')}
		</button>
		<button
			form=${FORM}
			class=${form.danger ? 'button button-danger' : 'button button-main'}
		>
			<${Icon} name=${form.icon} />${t(form.key)}
		</button>`;
}

/* ${worker} as the crew holds it now; ${begun}: {kind, minutes} of a key. */
export function CellDialog({ worker, begun, onClose }) {
	const [view, setView] = useState('edit');
	const [deadline, setDeadline] = useState('');
	const edit = useEdit(worker, begun, onClose);
	const form = FORMS[view];
	const title = t('cell.title', {
		name: worker.name,
		slot: slotName(slot.value),
		day: dayName(day.value),
	});

	if (view === 'history')
		return html`<${HistoryDialog}
			worker=${worker.worker}
			name=${worker.name}
			day=${day.value}
			slot=${slot.value}
			structure=${crew.value?.structure}
			onClose=${onClose}
			onCorrect=${() => setView('edit')}
		/>`;
	return html`<${Dialog}
		title=${title}
		onClose=${onClose}
		wide
		steady=${edit.busy}
		footer=${!deadline &&
		(form
			? html`<${FormFoot} form=${form} onBack=${() => setView('edit')} />`
			: html`<${SaveButton} edit=${edit} />`)}
	>
		${deadline &&
		html`<${Deadline} deadline=${deadline} onClose=${onClose} />`}
		${!deadline &&
		(form
			? html`<${form.View}
					worker=${worker}
					onDone=${onClose}
					onSaved=${(data) => setDeadline(data.deadline)}
				/>`
			: html`
					<${Held} held=${edit.held} />
					<${EditForm} edit=${edit} />
					<${Acts} held=${!isBlank(edit.held)} onView=${setView} />
				`)}
	<//>`;
}
