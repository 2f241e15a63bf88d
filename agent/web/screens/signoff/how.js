/* By finger, by a code or on paper: none is the only way. */
import { html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { Code } from './code.js';
import { Finger } from './finger.js';
import { Total } from './read.js';
import { answerText, tw } from './words.js';

const WAYS = [
	{ name: 'finger', icon: 'pen-line', Form: Finger },
	{ name: 'pin', icon: 'key-round', Form: Code },
	{ name: 'paper', icon: 'file-text', Form: Paper },
];

function Paper({ busy, onSign }) {
	return html`<p>${tw('paperHelp')}</p>
		<button
			type="button"
			class="button button-main signoff-answer"
			disabled=${busy}
			onClick=${() => onSign({})}
		>
			<${Icon} name="check" big />${tw('paperDone')}
		</button>`;
}

/* ${onSign} with {how, stroke} or {how, pin}. */
export function How(props) {
	const { sheet, answer, busy, failure, onSign, onBack, headRef } = props;
	const [how, setHow] = useState('');
	const way = WAYS.find((one) => one.name === how);

	return html`<div class="signoff-step">
		<h1 ref=${headRef} tabindex="-1">
			<span class="signoff-name">${answerText(answer)}</span>
			${tw('how')}
		</h1>
		<${Total} sheet=${sheet} />
		<div class="signoff-ways" role="group" aria-label=${tw('how')}>
			${WAYS.map(
				({ name, icon }) =>
					html`<button
						key=${name}
						type="button"
						class="tile signoff-choice"
						aria-pressed=${how === name}
						disabled=${busy}
						onClick=${() => setHow(name)}
					>
						<${Icon} name=${icon} big />${tw(name)}
					</button>`,
			)}
		</div>
		<div role="alert">
			${failure &&
			html`<div class="strip strip-bad">
				<${Icon} name="circle-alert" />
				<div>
					<p>${tw('failed')}</p>
					<p class="small"><bdi>${failure.message}</bdi></p>
				</div>
			</div>`}
		</div>
		${way &&
		html`<${way.Form}
			key=${how}
			answer=${answer}
			busy=${busy}
			onSign=${(members) => onSign({ how, ...members })}
		/>`}
		<p class="signoff-legal">${tw('legal')}</p>
		<div class="signoff-acts">
			<button type="button" class="button" disabled=${busy} onClick=${onBack}>
				${tw('back')}
			</button>
		</div>
	</div>`;
}
