/*
 * That the month was declared, on the ASP's own site. The file that was sent
 * may be named: its SHA-256 is counted here, the file itself stays.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, again } from '../../ask.js';
import { month } from '../../route.js';
import { say } from '../../state.js';
import { Strip } from '../../parts/strip.js';
import { Field, FormFault, Submit, useForm } from '../../parts/form.js';

async function sha256(file) {
	const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());

	return [...new Uint8Array(hash)]
		.map((one) => one.toString(16).padStart(2, '0'))
		.join('');
}

export function MarkDeclared({ place, onClose }) {
	const [hash, setHash] = useState('');
	const form = useForm({}, send);

	async function send() {
		const { data, error } = await act(
			'month/declare',
			{
				month: month.value,
				structure: place.structure,
				seen: place.seen,
				...(hash ? { 'file-hash': hash } : {}),
			},
			{ quiet: true },
		);

		if (data) {
			say(t('declare.marked', { name: place.name }));
			onClose();
		} else if (error.status === 409) {
			again();
		}
		return error;
	}

	async function take(event) {
		const [file] = event.currentTarget.files;

		setHash(file ? await sha256(file) : '');
	}

	return html`<${Dialog} title=${t('declare.mark')} onClose=${onClose}>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p>
				${t('declare.markHelp', { n: place.total.hours, name: place.name })}
			</p>
			${place.total.no_annex > 0 &&
			html`<${Strip} look="warn">
				${t('declare.markNoAnnex', { n: place.total.no_annex })}
			<//>`}
			<${FormFault} form=${form} />
			<${Field}
				label=${t('declare.fileLabel')}
				help=${t('declare.fileHelp')}
				draw=${(props) =>
					html`<input
						...${props}
						class="upload-input"
						type="file"
						onChange=${take}
					/>`}
			/>
			${hash &&
			html`<p class="small soft">
				${t('declare.file')} <span class="declare-hash">${hash}</span>
			</p>`}
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('declare.markYes')}<//>
			</div>
		</form>
	<//>`;
}
