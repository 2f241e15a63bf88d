/* What is odd about a month, the gravest first; it never blocks anything. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { dayShort } from '../../../../shared/web/format.js';
import { hasText, t } from '../../../../shared/web/i18n.js';
import { slotName } from '../../state.js';

const ICONS = {
	contested: 'triangle-alert',
	aside: 'circle-alert',
	doubled: 'split',
	disagree: 'message-square',
	stale: 'rotate-ccw',
	late: 'clock',
	long_day: 'alarm-clock',
	long_week: 'alarm-clock',
	missing: 'circle-dashed',
};

const ORDER = Object.keys(ICONS);

function iconOf(what) {
	return ICONS[what] || 'circle-alert';
}

function rank(what) {
	const at = ORDER.indexOf(what);

	return at < 0 ? ORDER.length : at;
}

/* [what, how many], the gravest first. */
function counted(anomalies) {
	const counts = new Map();

	for (const { what } of anomalies)
		counts.set(what, (counts.get(what) || 0) + 1);
	return [...counts].sort(([a], [b]) => rank(a) - rank(b));
}

/* The gravest of a worker's, for the order of the crew. */
export function gravity(anomalies) {
	return Math.min(...anomalies.map((one) => rank(one.what)));
}

function countText(what, n) {
	return hasText(`month.odd_${what}`)
		? t(`month.odd_${what}`, { n })
		: t('month.odd_other', { n });
}

export function OddCounts({ anomalies }) {
	return html`<span class="month-odds">
		${counted(anomalies).map(
			([what, n]) =>
				html`<span key=${what} class="month-odd">
					<${Icon} name=${iconOf(what)} />${countText(what, n)}
				</span>`,
		)}
	</span>`;
}

/* The strip above says how it is signed. */
const SAID = new Set(['stale', 'disagree']);

/* Blank half-days are seen among the days below; they are counted here. */
export function OddList({ anomalies }) {
	const missing = anomalies.filter((one) => one.what === 'missing').length;
	const others = anomalies
		.filter((one) => one.what !== 'missing' && !SAID.has(one.what))
		.sort((a, b) => rank(a.what) - rank(b.what));

	if (missing === 0 && others.length === 0)
		return null;
	return html`<ul class="month-oddlist strip strip-warn">
		${others.map(
			(one, i) =>
				html`<li key=${i}>
					<${Icon} name=${iconOf(one.what)} />
					<span>
						${one.day && html`<strong>${dayShort(one.day)}</strong> `}
						${one.slot && `${slotName(one.slot)} `}
						${one.day ? '· ' : ''}${one.text}
					</span>
				</li>`,
		)}
		${missing > 0 &&
		html`<li>
			<${Icon} name=${iconOf('missing')} />
			<span>${countText('missing', missing)}</span>
		</li>`}
	</ul>`;
}
