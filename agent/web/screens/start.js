/*
 * Before the frame: enrol the laptop, compare the six words, say who is here.
 * Which of them is drawn follows from the session alone, and from what this
 * page was just told.
 */
import { html, signal } from '../../../shared/web/preact.js';
import { LanguageSwitch } from '../../../shared/web/languages.js';
import { t } from '../../../shared/web/i18n.js';
import { session } from '../state.js';
import { Enrol } from './start/enrol.js';
import { ChoosePin, EnterPin } from './start/pin.js';
import { Nobody, Who } from './start/who.js';
import { Words } from './start/words.js';

/* The six words are to be compared: after enrolling, or asked for. */
const comparing = signal(false);
/* The supervisor that was tapped; null: the one who was here, if any. */
const tapped = signal(null);
/* "I am someone else" was said. */
const another = signal(false);

function restart() {
	tapped.value = null;
	another.value = true;
}

function PinOf({ supervisor }) {
	const Form = supervisor.pin ? EnterPin : ChoosePin;

	return html`<${Form}
		key=${supervisor.id}
		supervisor=${supervisor}
		onBack=${restart}
		onDone=${() => {
			tapped.value = null;
			another.value = false;
		}}
	/>`;
}

function Step() {
	const now = session.value;
	const who = tapped.value || (another.value ? null : now.who);
	const supervisor =
		who && now.supervisors.find((one) => one.id === who.id);

	if (!now.enrolled)
		return html`<${Enrol} onDone=${() => (comparing.value = true)} />`;
	if (comparing.value)
		return html`<${Words} onDone=${() => (comparing.value = false)} />`;
	if (now.supervisors.length === 0)
		return html`<${Nobody} />`;
	if (supervisor)
		return html`<${PinOf} supervisor=${supervisor} />`;
	return html`<${Who}
		onTake=${(one) => (tapped.value = one)}
		onWords=${() => (comparing.value = true)}
	/>`;
}

export function Start() {
	return html`<div class="start">
		<header class="start-head">
			<p class="start-brand">Pointeau</p>
			<${LanguageSwitch} />
		</header>
		<main id="main" class="start-main"><${Step} /></main>
		<footer class="start-foot small soft">${t('start.foot')}</footer>
	</div>`;
}
