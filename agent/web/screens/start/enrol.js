/* The office's code, pasted or read by a scanner that types and ends with
 * Enter. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { sessionAct } from '../../state.js';
import { Failure } from './failure.js';
import { useFirstFocus } from './focus.js';

export function Enrol({ onDone }) {
	const first = useFirstFocus();
	const [code, setCode] = useState('');
	const [name, setName] = useState('');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function submit(event) {
		const wanted = code.trim();

		event.preventDefault();
		if (busy)
			return;
		if (!wanted) {
			setError({ slug: 'usage', message: t('start.codeMissing') });
			return;
		}
		setBusy(true);
		setError(null);
		const answer = await sessionAct('enrol', {
			code: wanted,
			name: name.trim() || undefined,
		});

		setBusy(false);
		if (!answer.error)
			onDone();
		else if (answer.error.slug === 'offline')
			setError({ slug: 'offline', message: t('start.offline') });
		else
			setError(answer.error);
	}

	return html`<form class="stack" onSubmit=${submit} novalidate>
		<h1>${t('start.enrolTitle')}</h1>
		<p>${t('start.enrolHelp')}</p>
		<${Failure} error=${error} />
		<div class="field">
			<label for="code">${t('start.code')}</label>
			<input
				id="code"
				class="input start-code"
				ref=${first}
				autocomplete="off"
				autocapitalize="off"
				spellcheck=${false}
				aria-invalid=${Boolean(error) && error.slug !== 'offline'}
				aria-describedby="code-help"
				value=${code}
				onInput=${(event) => setCode(event.currentTarget.value)}
			/>
			<p id="code-help" class="field-help">${t('start.codeHelp')}</p>
		</div>
		<div class="field">
			<label for="name">
				${t('start.name')} (${t('ui.optional')})
			</label>
			<input
				id="name"
				class="input"
				autocomplete="off"
				maxlength="60"
				value=${name}
				onInput=${(event) => setName(event.currentTarget.value)}
			/>
		</div>
		<button class="button button-main" disabled=${busy}>
			<${Icon} name="key-round" />
			${t(busy ? 'start.enrolling' : 'start.enrol')}
		</button>
	</form>`;
}
