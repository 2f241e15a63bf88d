/*
 * A file that the office makes: asked for by the page, so that a refusal is
 * told like any other, then given to the browser to keep.
 *
 *	<${Download} path="export/hours" members=${{…}}>…<//>
 */
import { html, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { actFile, getFile } from '../ask.js';
import { complain, say } from '../state.js';

/* Longer than a year of a large structure takes. */
const FILE_WAIT_MS = 300000;

/* Hand bytes over to the browser. */
export function keep(name, blob) {
	const link = document.createElement('a');

	link.href = URL.createObjectURL(blob);
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	/* Not before the browser has taken it. */
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* {data, error}: ${acts} when asking for it changes something (an export that
 * is noted). */
export async function download(path, members, { acts } = {}) {
	const options = { quiet: true, waitMs: FILE_WAIT_MS };
	const { data, error } = acts
		? await actFile(path, members, options)
		: await getFile(path, members, FILE_WAIT_MS);

	if (error) {
		complain(error);
	} else {
		keep(data.name, data.blob);
		say(t('parts.kept', { name: data.name }));
	}
	return { data, error };
}

/* ${onKept} is called once the file was given. */
export function Download({ path, members = {}, acts, main, onKept, children }) {
	const [busy, setBusy] = useState(false);

	async function take() {
		if (busy)
			return;
		setBusy(true);
		const { error } = await download(path, members, { acts });

		setBusy(false);
		if (!error && onKept)
			onKept();
	}

	return html`<button
		type="button"
		class=${main ? 'button button-main' : 'button'}
		aria-disabled=${busy ? 'true' : undefined}
		onClick=${take}
	>
		<${Icon} name="download" />${busy ? t('parts.making') : children}
	</button>`;
}
