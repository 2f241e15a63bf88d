/* A reason with the usual ones to choose from, and the one given last. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { AreaField, FormFault, Submit, useForm } from '../../parts/form.js';

let last = '';

/*
 * ${onYes}(reason) gives an error, which stays here; null when it is done,
 * then ${onDone} follows; false when another dialog took this one's place.
 */
export function ReasonDialog({
	title,
	text,
	yes,
	danger,
	onYes,
	onDone,
	onClose,
	children,
}) {
	const form = useForm({ reason: last }, async ({ reason }) => {
		const error = await onYes(reason.trim());

		if (error)
			return error;
		last = reason.trim();
		if (error === null)
			onDone?.();
		return null;
	});
	const presets = [
		t('grid.reasonSheet'),
		t('grid.reasonTyping'),
		t('grid.reasonSupervisor'),
		t('grid.reasonProof'),
	];

	return html`<${Dialog} title=${title} onClose=${onClose} steady=${form.busy}>
		<form class="stack" onSubmit=${form.submit} novalidate>
			${text && html`<p>${text}</p>`}
			<${FormFault} form=${form} />
			${children}
			<div class="row" role="group" aria-label=${t('parts.reasons')}>
				${presets.map(
					(one) => html`<button
						key=${one}
						type="button"
						class="button"
						onClick=${() => form.set('reason', one)}
					>
						${one}
					</button>`,
				)}
			</div>
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('parts.reason')}
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
