/* What came after the closing, worker by worker, and its approval. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { href, month } from '../../route.js';
import { can } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { AreaField, FormFault, Submit, useForm } from '../../parts/form.js';
import { Table } from '../../parts/table.js';
import { signed } from './words.js';

function columns(structure) {
	return [
		{
			id: 'name',
			label: t('month.worker'),
			head: true,
			sort: (row) => row.name,
			cell: (row) => html`<a
				href=${href(['grid', month.value], {
					s: structure,
					worker: row.worker,
				})}
			>
				<bdi>${row.name}</bdi>
			</a>`,
		},
		{
			id: 'before',
			label: t('month.reportedBefore'),
			num: true,
			cell: (row) => duration(row.before),
		},
		{
			id: 'after',
			label: t('month.now'),
			num: true,
			cell: (row) => duration(row.after),
		},
		{
			id: 'change',
			label: t('month.change'),
			num: true,
			sort: (row) => row.after - row.before,
			cell: (row) => signed(row.after - row.before, duration),
		},
		{
			id: 'state',
			label: t('month.lateState'),
			cell: (row) =>
				row.undecided
					? html`<${Badge} look="clash">${t('month.undecided')}<//>`
					: t('month.decided'),
		},
	];
}

function Approve({ late, send, onClose }) {
	const ready = late.proposals.filter((one) => !one.undecided).length;
	const form = useForm({ reason: t('month.latePreset') }, async ({ reason }) => {
		const error = await send(
			'month/adjust',
			{ reason: reason.trim(), seen: late.seen },
			t('month.adjusted', { n: ready }),
		);

		if (!error)
			onClose();
		return error;
	});

	if (!can('close') || ready === 0)
		return null;
	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		<${FormFault} form=${form} />
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
			<${Submit} form=${form}>${t('month.adjust', { n: ready })}<//>
		</div>
	</form>`;
}

export function Late({ row, send, onClose }) {
	const answer = useAnswer('month/late', {
		month: month.value,
		structure: row.structure,
	});

	return html`<${Dialog} wide title=${t('month.lateTitle')} onClose=${onClose}>
		<div class="stack">
			<p>${t('month.lateHelp')}</p>
			<${Answer} of=${answer}>
				${({ late }) => html`
					<${Table}
						caption=${t('month.lateTitle')}
						hidden
						columns=${columns(row.structure)}
						rows=${late.proposals}
						keyOf=${(one) => one.worker}
					/>
					<${Approve}
						late=${late}
						send=${send}
						onClose=${onClose}
					/>
				`}
			<//>
		</div>
	<//>`;
}
