/* What is kept for longer, whatever its period: FSE+ evidence, a lawsuit. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { dayNumeric, stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, useAnswer, useLists } from '../../ask.js';
import { structure } from '../../route.js';
import { say, today } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import {
	AreaField,
	DateField,
	FormFault,
	SelectField,
	Submit,
	TextField,
	useForm,
} from '../../parts/form.js';
import { Reason } from '../../parts/reason.js';
import { Table } from '../../parts/table.js';

const LOOKS = { active: 'good', over: '', ended: '' };

function whatText(row) {
	const who = row.worker
		? row.worker_name
		: row.project
			? t('rgpd.ofProject', { project: row.project })
			: t('rgpd.everybody');

	return `${row.class_label}, ${who}`;
}

function columns(onEnd) {
	return [
		{
			id: 'what',
			label: t('rgpd.what'),
			head: true,
			sort: whatText,
			cell: (row) =>
				html`<bdi>${whatText(row)}</bdi>${' '}<span class="soft">${row.structure}</span>`,
		},
		{
			id: 'reason',
			label: t('rgpd.reason'),
			cell: (row) =>
				html`${row.reason}${' '}<span class="soft">${row.by}, ${stamp(row.since)}</span>`,
		},
		{
			id: 'until',
			label: t('rgpd.until'),
			sort: (row) => row.until,
			cell: (row) => (row.until ? dayNumeric(row.until) : t('rgpd.noEnd')),
		},
		{
			id: 'state',
			label: t('rgpd.state'),
			sort: (row) => row.state,
			cell: (row) =>
				html`<${Badge}
					look=${LOOKS[row.state]}
					icon=${row.state === 'active' ? 'lock' : 'lock-open'}
				>
					${t(`rgpd.hold_${row.state}`)}
				<//>${' '}${row.end_reason && html`<span class="soft">${row.end_reason}</span>`}`,
		},
		{
			id: 'end',
			label: t('rgpd.act'),
			cell: (row) =>
				row.state !== 'ended' &&
				html`<button
					type="button"
					class="button"
					onClick=${() => onEnd(row)}
				>
					${t('rgpd.end')}
				</button>`,
		},
	];
}

function Add({ onClose }) {
	const lists = useLists();
	const periods = useAnswer('rgpd/periods');
	const form = useForm(
		{
			structure: structure.value || lists?.structures[0]?.id || '',
			class: '',
			worker: '',
			project: '',
			until: '',
			reason: '',
		},
		async (values) => {
			const { error } = await act(
				'hold/add',
				Object.fromEntries(
					Object.entries(values).map(([name, value]) => [
						name,
						value.trim() || null,
					]),
				),
				{ quiet: true },
			);

			if (!error) {
				say(t('rgpd.holdDone'));
				onClose();
			}
			return error;
		},
	);
	const classes = (periods.data?.rows || []).filter(
		(one) => one.class !== 'access',
	);

	return html`<${Dialog}
		title=${t('rgpd.addTitle')}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p>${t('rgpd.addText')}</p>
			<${FormFault} form=${form} />
			<${SelectField}
				form=${form}
				name="structure"
				label=${t('rgpd.structure')}
				options=${(lists?.structures || []).map((one) => ({
					value: one.id,
					label: one.name,
				}))}
				required
			/>
			<${SelectField}
				form=${form}
				name="class"
				label=${t('rgpd.data')}
				note=""
				empty=${t('rgpd.allData')}
				options=${classes.map((one) => ({
					value: one.class,
					label: one.label,
				}))}
			/>
			<div class="fields">
				<${TextField}
					form=${form}
					name="worker"
					label=${t('rgpd.workerId')}
					maxlength="64"
				/>
				<${TextField}
					form=${form}
					name="project"
					label=${t('rgpd.projectId')}
					maxlength="64"
				/>
				<${DateField}
					form=${form}
					name="until"
					label=${t('rgpd.until')}
					min=${today.value}
				/>
			</div>
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('rgpd.reason')}
				maxlength="500"
				required
			/>
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('rgpd.add')}<//>
			</div>
		</form>
	<//>`;
}

function End({ row, onClose }) {
	return html`<${Reason}
		title=${t('rgpd.endTitle')}
		text=${t('rgpd.endText', { what: whatText(row) })}
		yes=${t('rgpd.end')}
		onYes=${async (reason) => {
			const { error } = await act(
				'hold/end',
				{ hold: row.id, reason },
				{ quiet: true },
			);

			if (!error)
				say(t('rgpd.endDone'));
			return error;
		}}
		onClose=${onClose}
	/>`;
}

export function Holds() {
	const answer = useAnswer('hold/list');
	const [adding, setAdding] = useState(false);
	const [ending, setEnding] = useState(null);

	return html`<div class="row">
			<p class="grow">${t('rgpd.holdsHelp')}</p>
			<button
				type="button"
				class="button button-main"
				onClick=${() => setAdding(true)}
			>
				<${Icon} name="plus" />${t('rgpd.add')}
			</button>
		</div>
		<${Answer} of=${answer}>
			${(data) => {
				const rows = data.rows.filter(
					(one) => !structure.value || one.structure === structure.value,
				);

				return rows.length === 0
					? html`<${Empty} icon="lock-open" title=${t('rgpd.noHold')} />`
					: html`<${Table}
							caption=${t('rgpd.tab_holds')}
							hidden=${true}
							columns=${columns(setEnding)}
							rows=${rows}
							keyOf=${(row) => row.id}
						/>`;
			}}
		<//>
		${adding && html`<${Add} onClose=${() => setAdding(false)} />`}
		${ending &&
		html`<${End} row=${ending} onClose=${() => setEnding(null)} />`}`;
}
