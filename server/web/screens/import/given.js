/* A file, or lines pasted from a spreadsheet. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { AreaField, Submit, useForm } from '../../parts/form.js';
import { Upload, base64 } from '../../parts/upload.js';

const ACCEPT =
	'.csv,.xlsx,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function Given({ onFile }) {
	const form = useForm({ text: '' }, async ({ text }) => {
		const bytes = new TextEncoder().encode(text);

		onFile({
			name: t('import.pasted'),
			data: base64(bytes),
			size: bytes.length,
		});
		return null;
	});

	return html`<${Upload}
			label=${t('import.choose')}
			help=${t('import.chooseHelp')}
			accept=${ACCEPT}
			onFile=${onFile}
		/>
		<details class="card">
			<summary>${t('import.paste')}</summary>
			<form class="stack" onSubmit=${form.submit} novalidate>
				<${AreaField}
					form=${form}
					name="text"
					label=${t('import.pasteLabel')}
					help=${t('import.pasteHelp')}
					rows="8"
					spellcheck=${false}
					required
				/>
				<div class="row">
					<${Submit} form=${form}>${t('import.look')}<//>
				</div>
			</form>
		</details>`;
}
