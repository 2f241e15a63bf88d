/*
 * Lists from a file, looked at before they are taken in: what, the file, what
 * it would change, and every fault by its row.
 */
import { html, useEffect, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { act, useAnswer } from '../ask.js';
import { Answer } from '../parts/answer.js';
import { Head } from '../parts/head.js';
import { args, href } from '../route.js';
import { say } from '../state.js';
import { Columns } from './import/columns.js';
import { Given } from './import/given.js';
import { Kinds } from './import/kinds.js';
import { Preview } from './import/preview.js';

const FILE_WAIT_MS = 120000;

/* A file given for a kind, what it would do, and what came of it. */
function useImport(what) {
	const [file, setFile] = useState(null);
	const [found, setFound] = useState(null);
	const [busy, setBusy] = useState(false);
	const [done, setDone] = useState(false);

	useEffect(() => forget(), [what]);

	function forget() {
		setFile(null);
		setFound(null);
	}

	async function ask(dry, given) {
		setBusy(true);
		const answer = await act(
			'import',
			{ what, name: given.name, data: given.data, 'dry-run': dry },
			{ quiet: true, dry, waitMs: FILE_WAIT_MS },
		);

		setBusy(false);
		return answer;
	}

	async function look(given) {
		setFile(given);
		setFound(null);
		setFound(await ask(true, given));
	}

	async function take(label) {
		const answer = await ask(false, file);

		if (answer.error) {
			setFound(answer);
			return;
		}
		forget();
		setDone(true);
		say(t('import.done', { ...answer.data, label }));
	}

	return { file, found, busy, done, look, take, forget };
}

function Steps({ kind }) {
	const given = useImport(kind.what);

	if (given.file)
		return html`<${Preview} kind=${kind} given=${given} />`;
	return html`
		${given.done &&
		html`<div class="row">
			<a class="button" href=${href(['home'])}>
				<${Icon} name="house" />${t('import.back')}
			</a>
		</div>`}
		<${Columns} kind=${kind} />
		<${Given} key=${kind.what} onFile=${given.look} />
	`;
}

function Import() {
	const answer = useAnswer('import/kinds');

	return html`<${Head}
			title=${t('import.title')}
			text=${t('import.text')}
		/>
		<${Answer} of=${answer}>
			${({ rows }) => {
				const kind =
					rows.find((one) => one.what === args.value[0]) || rows[0];

				return html`<${Kinds} kinds=${rows} at=${kind.what} />
					<${Steps} kind=${kind} />`;
			}}
		<//>`;
}

export const importScreen = {
	id: 'import',
	icon: 'upload',
	title: 'import.title',
	right: 'import',
	group: 'people',
	Screen: Import,
};
