/* Six words that two people compare on the phone: the laptop's key. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { session } from '../../state.js';

export function Words({ onDone }) {
	const [differ, setDiffer] = useState(false);
	const words = session.value.words.split(/[\s-]+/).filter(Boolean);

	return html`<div class="stack">
		<h1>${t('start.wordsTitle')}</h1>
		<p>${t('start.wordsHelp')}</p>
		<ol class="start-words">
			${words.map((word) => html`<li key=${word} lang="fr">${word}</li>`)}
		</ol>
		${differ &&
		html`<p class="strip strip-bad" role="alert">
			<${Icon} name="circle-alert" />
			<span>${t('start.wordsDiffer')}</span>
		</p>`}
		<div class="row">
			<button
				type="button"
				class="button button-main grow"
				onClick=${onDone}
			>
				<${Icon} name="check" />${t('start.wordsSame')}
			</button>
			<button
				type="button"
				class="button grow"
				onClick=${() => setDiffer(true)}
			>
				<${Icon} name="x" />${t('start.wordsNot')}
			</button>
		</div>
	</div>`;
}
