/* Signing by finger, pen or mouse. */
import { html, useRef, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { HEIGHT, WIDTH, isSignature, noStroke, withPoint } from './stroke.js';
import { answerText, tw } from './words.js';

function Pad({ stroke, onPoint }) {
	const ref = useRef(null);
	const drawing = useRef(null);

	function point(event, begins) {
		const box = ref.current.getBoundingClientRect();

		onPoint(
			((event.clientX - box.left) / box.width) * WIDTH,
			((event.clientY - box.top) / box.height) * HEIGHT,
			begins,
		);
	}

	function down(event) {
		if (drawing.current !== null || event.button > 0)
			return;
		event.preventDefault();
		drawing.current = event.pointerId;
		ref.current.setPointerCapture(event.pointerId);
		point(event, true);
	}

	/* A slow laptop hands several points over at once. */
	function move(event) {
		if (drawing.current !== event.pointerId)
			return;
		for (const each of event.getCoalescedEvents?.() || [event])
			point(each, false);
	}

	function up(event) {
		if (drawing.current === event.pointerId)
			drawing.current = null;
	}

	return html`<svg
		ref=${ref}
		class="signoff-pad"
		viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
		role="img"
		aria-label=${tw('fingerHelp')}
		onPointerDown=${down}
		onPointerMove=${move}
		onPointerUp=${up}
		onPointerCancel=${up}
	>
		<path class="signoff-line" d=${`M60 ${HEIGHT - 80}H${WIDTH - 60}`} />
		<path class="signoff-stroke" d=${stroke.path} />
	</svg>`;
}

export function Finger({ answer, busy, onSign }) {
	const [stroke, setStroke] = useState(noStroke());
	const [short, setShort] = useState(false);

	function sign() {
		if (isSignature(stroke))
			onSign({ stroke: stroke.path });
		else
			setShort(true);
	}

	return html`<p>${tw('fingerHelp')}</p>
		<${Pad}
			stroke=${stroke}
			onPoint=${(x, y, begins) => {
				setShort(false);
				setStroke((before) => withPoint(before, x, y, begins));
			}}
		/>
		<p class="field-error" role="alert">${short ? tw('tooShort') : ''}</p>
		<div class="signoff-acts">
			<button
				type="button"
				class="button"
				disabled=${busy || !stroke.path}
				onClick=${() => setStroke(noStroke())}
			>
				<${Icon} name="delete" />${tw('erase')}
			</button>
			<button
				type="button"
				class="button button-main grow"
				disabled=${busy}
				onClick=${sign}
			>
				<${Icon} name="check" />
				${tw('sign', { answer: answerText(answer) })}
			</button>
		</div>`;
}
