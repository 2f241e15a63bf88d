/* Contracts put under an annex that came late: all that have none, or one. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, useAnswer } from '../../ask.js';
import { say } from '../../state.js';
import { Answer } from '../../parts/answer.js';
import { Field, FormFault, Submit, useForm } from '../../parts/form.js';
import { Strip } from '../../parts/strip.js';

function Choose({ form, name, label, options }) {
	return html`<${Field}
		label=${label}
		required
		draw=${(props) =>
			html`<select
				...${props}
				class="input"
				value=${form.values[name]}
				onChange=${(event) => form.set(name, event.currentTarget.value)}
			>
				${options.map(
					(one) =>
						html`<option key=${one.value} value=${one.value}>
							${one.label}
						</option>`,
				)}
			</select>`}
	/>`;
}

function AttachForm({ place, annexes, onClose }) {
	const lacking = place.rows.filter((row) => row.why === 'annex');
	const form = useForm({ annex: annexes[0].annex, who: '' }, send);

	async function send({ annex, who }) {
		const row = lacking[Number(who)];
		const one =
			who === '' ? {} : { worker: row.worker, contract: row.contract };
		const { data, error } = await act(
			'annex/attach',
			{ annex, structure: place.structure, ...one },
			{ quiet: true },
		);

		if (data) {
			say(t('declare.attached', { n: data.written }));
			onClose();
		}
		return error;
	}

	return html`<form class="stack" onSubmit=${form.submit} novalidate>
		<p>${t('declare.attachHelp')}</p>
		<${FormFault} form=${form} />
		<${Choose}
			form=${form}
			name="annex"
			label=${t('declare.annex')}
			options=${annexes.map((one) => ({
				value: one.annex,
				label: `${one.annex} (${dayNumeric(one.start)} – ${dayNumeric(one.end)})`,
			}))}
		/>
		<${Choose}
			form=${form}
			name="who"
			label=${t('declare.attachWho')}
			options=${[
				{
					value: '',
					label: t('declare.attachAll', {
						n: annexes.find((one) => one.annex === form.values.annex)
							.without,
					}),
				},
				...lacking.map((row, i) => ({
					value: String(i),
					label: `${row.name} (${row.contract})`,
				})),
			]}
		/>
		<div class="form-acts">
			<button type="button" class="button" onClick=${onClose}>
				${t('ui.cancel')}
			</button>
			<${Submit} form=${form}>${t('declare.attach')}<//>
		</div>
	</form>`;
}

export function Attach({ place, onClose }) {
	const answer = useAnswer('annex/list', { structure: place.structure });

	return html`<${Dialog} title=${t('declare.attach')} onClose=${onClose}>
		<${Answer} of=${answer} lines=${3}>
			${({ rows }) =>
				rows.length === 0
					? html`<${Strip}>${t('declare.noAnnexYet')}<//>`
					: html`<${AttachForm}
							place=${place}
							annexes=${rows}
							onClose=${onClose}
						/>`}
		<//>
	<//>`;
}
