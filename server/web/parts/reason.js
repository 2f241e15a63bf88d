/*
 * An act that must say why, before it is done: a question, a reason of at
 * least ${min} characters (presets fill it in), what the office answers.
 *
 *	<${Reason} title=… text=… yes=… min=${10} presets=${[…]}
 *		onYes=${async (reason) => error} onClose=… />
 *
 * onYes gives an error, which stays in the dialog, or null, which closes it.
 * ${children}: other fields, between the text and the reason.
 */
import { html } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { t } from '../../../shared/web/i18n.js';
import { AreaField, FormFault, Submit, useForm } from './form.js';
import { lengthOf } from './secret.js';

export function Reason({
	title,
	text,
	yes,
	min = 1,
	presets = [],
	danger,
	onYes,
	onClose,
	children,
}) {
	const form = useForm(
		{ reason: '' },
		async ({ reason }) => {
			const error = await onYes(reason.trim());

			if (!error)
				onClose();
			return error;
		},
		({ reason }) =>
			lengthOf(reason.trim()) < min
				? { reason: t('parts.reasonShort', { n: min }) }
				: {},
	);

	return html`<${Dialog}
		title=${title}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			${text && html`<p>${text}</p>`}
			<${FormFault} form=${form} />
			${children}
			${presets.length > 0 &&
			html`<div class="row" role="group" aria-label=${t('parts.reasons')}>
				${presets.map(
					(one) =>
						html`<button
							key=${one}
							type="button"
							class="button"
							onClick=${() => form.set('reason', one)}
						>
							${one}
						</button>`,
				)}
			</div>`}
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('parts.reason')}
				help=${min > 1 ? t('parts.reasonHelp', { n: min }) : ''}
				maxlength="500"
				data-autofocus=${true}
				required
			/>
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form} danger=${danger}>${yes}<//>
			</div>
		</form>
	<//>`;
}
