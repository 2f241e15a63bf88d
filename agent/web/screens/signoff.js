/*
 * The screen in one worker's hands: own rows only, own language, D'accord or
 * Pas d'accord, signed by finger, code or paper. What is signed is the sum
 * that came with the rows on the screen. The way back asks for the
 * supervisor's PIN.
 */
import {
	html,
	useEffect,
	useRef,
	useState,
} from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { useAnswer } from '../ask.js';
import { act, go, holdScreen, lock, who } from '../state.js';
import { Done } from './signoff/done.js';
import { How } from './signoff/how.js';
import { Read } from './signoff/read.js';
import { Why } from './signoff/why.js';
import {
	chosenWords,
	isolated,
	tw,
	words,
	wordsDirection,
} from './signoff/words.js';

const CONFLICT = 409;

/* The page is locked first: behind it are the others' hours. */
async function giveBack(month) {
	const { error } = await lock();

	if (!error)
		go('month', { month });
	return error;
}

/* The browser's way back gives the screen back, too. */
function useHold(month) {
	useEffect(() => {
		holdScreen(() => void giveBack(month));
		return () => holdScreen(null);
	}, []);
}

/* Each step begins at its heading, for the eye and the screen reader. */
function useHead(step) {
	const ref = useRef(null);

	useEffect(() => {
		scrollTo(0, 0);
		ref.current?.focus();
	}, [step]);
	return ref;
}

/* {step, answer, reason, busy, failure, changed, hash} and what moves them. */
function useSteps(sheet, place, reload) {
	const [at, setAt] = useState({ step: 'read' });

	function change(members) {
		setAt((before) => ({ ...before, ...members }));
	}

	async function sign(members) {
		change({ busy: true, failure: null });
		const { data, error } = await act(
			'signoff',
			{
				...place,
				...members,
				sum: sheet.sum,
				answer: at.answer,
				reason: at.answer === 'disagree' ? at.reason : undefined,
				lang: words.value,
			},
			{ quiet: true },
		);

		if (data)
			change({ busy: false, step: 'done', hash: data.hash });
		else if (error.status === CONFLICT) {
			change({ busy: false, step: 'read', changed: true });
			reload();
		} else
			change({ busy: false, failure: error });
	}

	return { at, change, sign };
}

function Step({ at, change, sign, sheet }) {
	const headRef = useHead(at.step);

	if (at.step === 'why')
		return html`<${Why}
			headRef=${headRef}
			onReason=${(reason) => change({ reason, step: 'how' })}
			onBack=${() => change({ step: 'read' })}
		/>`;
	if (at.step === 'how')
		return html`<${How}
			headRef=${headRef}
			sheet=${sheet}
			answer=${at.answer}
			busy=${at.busy}
			failure=${at.failure}
			onSign=${sign}
			onBack=${() =>
				change({
					failure: null,
					step: at.answer === 'agree' ? 'read' : 'why',
				})}
		/>`;
	if (at.step === 'done')
		return html`<${Done}
			headRef=${headRef}
			sheet=${sheet}
			answer=${at.answer}
			hash=${at.hash}
		/>`;
	return html`<${Read}
		headRef=${headRef}
		sheet=${sheet}
		changed=${at.changed}
		onAnswer=${(answer) =>
			change({ answer, step: answer === 'agree' ? 'how' : 'why' })}
	/>`;
}

function Leave({ month, done }) {
	const [error, setError] = useState(null);

	return html`<div class="signoff-leave">
		${error &&
		html`<p class="strip strip-bad" role="alert">${error.message}</p>`}
		${done && html`<p>${tw('give', { name: isolated(who.value.name) })}</p>`}
		<button
			type="button"
			class=${done ? 'button button-main signoff-answer' : 'button'}
			onClick=${async () => setError(await giveBack(month))}
		>
			<${Icon} name="lock" />${tw(done ? 'giveBack' : 'leave')}
		</button>
	</div>`;
}

function Signoff({ worker, structure, month }) {
	const place = { worker, structure, month };
	const [asked, setAsked] = useState(0);
	const { data, error } = useAnswer('signoff', place, asked);
	const steps = useSteps(data, place, () => setAsked(asked + 1));

	useHold(month);
	useEffect(() => () => (chosenWords.value = ''), []);
	return html`<div
		class="signoff"
		lang=${words.value}
		dir=${wordsDirection.value}
	>
		${error &&
		html`<div class="strip strip-bad" role="alert">
			<${Icon} name="circle-alert" />
			<p><bdi>${error.message}</bdi></p>
		</div>`}
		${data && html`<${Step} ...${steps} sheet=${data} />`}
		<${Leave} month=${month} done=${steps.at.step === 'done'} />
	</div>`;
}

export const signoffScreen = { Screen: Signoff, tab: 'month', bare: true };
