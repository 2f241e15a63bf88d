/* Not agreeing is an answer like the other; why is all that is asked. */
import { html, useId, useState } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { tw } from './words.js';

const CHOICES = ['missing', 'many', 'absence', 'other'];
const MOST = 500;

/* The office reads it: the choice in the page's language, the words as they
 * were typed. */
function reasonText(choice, text) {
	const own = text.trim();

	if (choice === 'other' && own)
		return own;
	return [t(`worker.why_${choice}`), own].filter(Boolean).join(' — ');
}

export function Why({ onReason, onBack, headRef }) {
	const id = useId();
	const [choice, setChoice] = useState('');
	const [text, setText] = useState('');

	return html`<div class="signoff-step">
		<h1 ref=${headRef} tabindex="-1">${tw('why')}</h1>
		<div class="signoff-choices" role="group" aria-label=${tw('why')}>
			${CHOICES.map(
				(name) =>
					html`<button
						key=${name}
						type="button"
						class="tile signoff-choice"
						aria-pressed=${choice === name}
						onClick=${() => setChoice(name)}
					>
						${tw(`why_${name}`)}
					</button>`,
			)}
		</div>
		<div class="field">
			<label for=${id}>${tw('whyText')}</label>
			<textarea
				id=${id}
				class="input"
				rows="2"
				dir="auto"
				maxlength=${MOST}
				value=${text}
				onInput=${(event) => setText(event.currentTarget.value)}
			/>
		</div>
		<div class="signoff-acts">
			<button type="button" class="button" onClick=${onBack}>
				${tw('back')}
			</button>
			<button
				type="button"
				class="button button-main grow"
				disabled=${choice === '' && text.trim() === ''}
				onClick=${() => onReason(reasonText(choice || 'other', text))}
			>
				${tw('next')}
			</button>
		</div>
	</div>`;
}
