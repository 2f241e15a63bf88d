/* One contested slot: its values side by side, each with who says it and when
 * by both clocks. */
import {
	html,
	useLayoutEffect,
	useRef,
} from '../../../../shared/web/preact.js';
import { dayName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { href } from '../../route.js';
import { can } from '../../state.js';
import { Badge } from '../../parts/badge.js';
import { Author, ValueText } from '../grid/told.js';
import { slotName } from '../grid/words.js';

export const LETTERS = 'ABCEFGHI';

/* Values that say the same stand together, whoever said them. */
export function sidesOf(conflict) {
	const sides = new Map();

	for (const one of conflict.values) {
		const key = JSON.stringify([
			one.void,
			one.minutes,
			one.kind,
			one.site,
			one.activity,
			one.start,
			one.end,
			one.break,
		]);

		if (sides.has(key))
			sides.get(key).push(one);
		else
			sides.set(key, [one]);
	}
	return [...sides.values()];
}

function Side({ letter, entries, kinds, onKeep }) {
	const [first] = entries;

	return html`<section class="card stack conflicts-side">
		<h3>
			<span class="conflicts-letter" aria-hidden="true">${letter}</span>
			<${ValueText} kinds=${kinds} entry=${first} />
		</h3>
		${entries.map(
			(one) => html`<div key=${one.hash}>
				<${Author} entry=${one} />
				${one.reason &&
				html`<p>${t('grid.reasonWas', { reason: one.reason })}</p>`}
				${one.note && html`<p>${t('grid.noteWas', { note: one.note })}</p>`}
				${one.paper && html`<${Badge}>${t('grid.paper')}<//>`}
			</div>`,
		)}
		${onKeep &&
		html`<button
			type="button"
			class="button button-main"
			aria-keyshortcuts=${letter}
			onClick=${onKeep}
		>
			${t('conflicts.keep', { letter })}
		</button>`}
	</section>`;
}

export function Conflict({ conflict, kinds, place, onSettle }) {
	const sides = sidesOf(conflict);
	const ref = useRef(null);

	/* What is looked at now has the focus, so that it is read out. */
	useLayoutEffect(() => {
		if (place.moved)
			ref.current.focus();
	}, [conflict.record]);
	return html`<article class="stack" aria-labelledby="conflicts-title">
		<h2 id="conflicts-title" tabindex="-1" ref=${ref}>
			<bdi>${conflict.name}</bdi>${`, ${dayName(conflict.day)}, ${slotName(conflict.slot)}`}
		</h2>
		<p class="soft">
			${t('conflicts.place', { n: place.at + 1, all: place.count })}
			<span> · </span>
			<a
				href=${href(['grid', conflict.day.slice(0, 7)], {
					s: conflict.structure,
					worker: conflict.worker,
				})}
			>
				${t('conflicts.seeMonth')}
			</a>
		</p>
		<div class="conflicts-sides">
			${sides.map(
				(entries, i) => html`<${Side}
					key=${entries[0].hash}
					letter=${LETTERS[i] || '·'}
					entries=${entries}
					kinds=${kinds}
					onKeep=${can('settle') &&
					(() => onSettle({ how: 'keep', entry: entries[0] }))}
				/>`,
			)}
		</div>
		${can('settle') &&
		html`<div class="row">
			<button
				type="button"
				class="button"
				aria-keyshortcuts="O"
				onClick=${() => onSettle({ how: 'other' })}
			>
				${t('conflicts.other')}
			</button>
			${sides.filter(([one]) => !one.void).length > 1 &&
			html`<button
				type="button"
				class="button"
				aria-keyshortcuts="D"
				onClick=${() => onSettle({ how: 'both' })}
			>
				${t('conflicts.both')}
			</button>`}
		</div>`}
	</article>`;
}
