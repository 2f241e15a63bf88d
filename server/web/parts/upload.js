/*
 * A file chosen or dropped: {name, data, size}, data in base64 as the API
 * takes it. Nothing is sent from here.
 */
import { html, useId, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { number } from '../../../shared/web/format.js';
import { t } from '../../../shared/web/i18n.js';
import { complain } from '../state.js';

const PIECE = 0x8000;

/* What one request takes, in base64 (HTTP_BODY_MAX). */
const FILE_MAX = 3000000;

export function base64(bytes) {
	let text = '';

	for (let at = 0; at < bytes.length; at += PIECE)
		text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
	return btoa(text);
}

export async function readFile(file) {
	const bytes = new Uint8Array(await file.arrayBuffer());

	return { name: file.name, data: base64(bytes), size: bytes.length };
}

export function Upload({ label, help, accept, onFile }) {
	const id = useId();
	const [over, setOver] = useState(false);

	async function take(files) {
		const file = files && files[0];

		if (!file)
			return;
		if (file.size === 0)
			complain(t('parts.empty', { name: file.name }));
		else if (file.size > FILE_MAX)
			complain(t('parts.tooLarge', { mb: number(FILE_MAX / 1e6) }));
		else
			onFile(await readFile(file));
	}

	function drop(event) {
		event.preventDefault();
		setOver(false);
		void take(event.dataTransfer.files);
	}

	function hover(event) {
		event.preventDefault();
		setOver(true);
	}

	return html`<div
		class=${over ? 'upload upload-over' : 'upload'}
		onDragOver=${hover}
		onDragLeave=${() => setOver(false)}
		onDrop=${drop}
	>
		<${Icon} name="upload" big=${true} />
		<input
			id=${id}
			class="upload-input visually-hidden"
			type="file"
			accept=${accept}
			aria-describedby=${`${id}-help`}
			onChange=${(event) => void take(event.currentTarget.files)}
		/>
		<label for=${id} class="button button-main">${label}</label>
		<p id=${`${id}-help`} class="field-help">${help || t('parts.drop')}</p>
	</div>`;
}
