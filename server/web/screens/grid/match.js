/* Who a newcomer is: those whose first name is like it come first. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';
import { FormFault, SelectField, Submit, useForm } from '../../parts/form.js';
import { href } from '../../route.js';
import { can, say } from '../../state.js';

function MatchForm({ grid, row, likely, acts, onClose }) {
	const [chosen, setChosen] = useState('');
	const form = useForm(
		{ worker: likely[0]?.worker || '' },
		async ({ worker }) => {
			const { error } = await act(
				'newcomer/match',
				{ newcomer: row.worker, worker },
				{ quiet: true },
			);

			if (error)
				return error;
			onClose();
			say(t('grid.matched', { name: row.name }));
			return null;
		},
	);
	const others = grid.rows
		.filter(
			(one) =>
				one.structure === row.structure && !one.newcomer && !one.unknown,
		)
		.map((one) => ({ value: one.worker, label: `${one.name} (${one.worker})` }));

	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		<p>${t('grid.matchHelp')}</p>
		<${FormFault} form=${form} />
		${likely.length > 0 &&
		html`<div class="row" role="group" aria-label=${t('grid.likely')}>
			${likely.map(
				(one) => html`<button
					key=${one.worker}
					type="button"
					class="button"
					aria-pressed=${form.values.worker === one.worker
						? 'true'
						: 'false'}
					onClick=${() => {
						setChosen(one.worker);
						form.set('worker', one.worker);
					}}
				>
					<${Icon} name=${chosen === one.worker ? 'check' : 'user'} />
					<bdi>${one.name}</bdi>
				</button>`,
			)}
		</div>`}
		<${SelectField}
			form=${form}
			name="worker"
			label=${t('grid.worker')}
			empty=${t('grid.chooseWorker')}
			options=${others}
			required
		/>
		${can('import') &&
		html`<p>
			${t('grid.matchNone')}${' '}
			<a href=${href(['import', 'workers'])}>${t('grid.matchImport')}</a>
		</p>`}
		<div class="form-acts">
			<button type="button" class="button" onClick=${onClose}>
				${t('ui.cancel')}
			</button>
			<${Submit} form=${form}>${t('grid.matchYes')}<//>
		</div>
	</form>`;
}

export function MatchDialog({ grid, row, acts, onClose }) {
	const answer = useAnswer(can('hours_write') ? 'newcomer/list' : '');

	return html`<${Dialog}
		title=${t('grid.matchTitle', { name: row.name })}
		onClose=${onClose}
	>
		<${Answer} of=${answer} lines=${3}>
			${(data) => html`<${MatchForm}
				grid=${grid}
				row=${row}
				likely=${data.rows.find((one) => one.newcomer === row.worker)
					?.suggest || []}
				acts=${acts}
				onClose=${onClose}
			/>`}
		<//>
	<//>`;
}
