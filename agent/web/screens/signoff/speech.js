/*
 * Reading aloud, by a voice of this laptop alone: others would send the hours
 * over the network. Without one, the button is not there.
 */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { tw, words } from './words.js';

function voiceFor(code) {
	const voices = globalThis.speechSynthesis?.getVoices() || [];

	return voices.find(
		(voice) =>
			voice.localService &&
			voice.lang.toLowerCase().split(/[-_]/)[0] === code,
	);
}

/* Browsers find their voices late. */
function useVoice(code) {
	const [, again] = useState(0);

	useEffect(() => {
		const speech = globalThis.speechSynthesis;

		function found() {
			again((n) => n + 1);
		}

		speech?.addEventListener?.('voiceschanged', found);
		return () => {
			speech?.removeEventListener?.('voiceschanged', found);
			speech?.cancel();
		};
	}, []);
	return voiceFor(code);
}

/* ${sentences}: a function, called when somebody listens. */
export function ReadAloud({ sentences }) {
	const voice = useVoice(words.value);
	const [reading, setReading] = useState(false);

	if (!voice)
		return null;

	function toggle() {
		speechSynthesis.cancel();
		setReading(!reading);
		if (reading)
			return;
		const all = sentences().map((text) => {
			const spoken = new SpeechSynthesisUtterance(text);

			spoken.voice = voice;
			spoken.lang = voice.lang;
			spoken.rate = 0.9;
			return spoken;
		});

		all[all.length - 1].onend = () => setReading(false);
		for (const spoken of all)
			speechSynthesis.speak(spoken);
	}

	return html`<button
		type="button"
		class="button signoff-read"
		aria-pressed=${reading}
		onClick=${toggle}
	>
		<${Icon} name="volume-2" />${tw(reading ? 'stop' : 'readAloud')}
	</button>`;
}
