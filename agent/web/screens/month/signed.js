/* How a month stands signed: a mark beside a name, or a whole sentence. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

const LOOKS = {
	none: { icon: 'pen-line', look: '' },
	agree: { icon: 'circle-check', look: 'strip-good' },
	disagree: { icon: 'message-square', look: 'strip-warn' },
	stale: { icon: 'rotate-ccw', look: 'strip-warn' },
};

const DATE = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' };

function lookOf(signed) {
	return LOOKS[signed.state] || LOOKS.none;
}

export function SignedMark({ signed }) {
	return html`<span class=${`month-mark month-mark-${signed.state}`}>
		<${Icon} name=${lookOf(signed).icon} />
		${t(`month.is_${signed.state}`)}
	</span>`;
}

export function signedText(signed) {
	if (signed.state === 'none')
		return t('month.signed_none');
	return t(`month.signed_${signed.state}`, {
		at: stamp(signed.at, DATE),
		how: t(`month.how_${signed.how}`),
	});
}

export function SignedStrip({ signed }) {
	const { icon, look } = lookOf(signed);

	return html`<div class=${`strip ${look}`}>
		<${Icon} name=${icon} />
		<div>
			<p><strong>${signedText(signed)}</strong></p>
			${signed.answer === 'disagree' &&
			html`<p><q>${signed.reason}</q></p>`}
		</div>
	</div>`;
}
