/* What stands in the way of a closing, each with the place to settle it. */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { href, month } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { slotName } from '../grid/words.js';
import { WHYS, blockersText } from './words.js';

const SHOWN = 30;
const LOOKS = { contested: 'clash', doubled: 'clash', missing: 'warn', unknown: 'late' };

function placeOf(row, one) {
	if (one.why === 'contested')
		return href(['conflicts'], { s: row.structure });
	return href(['grid', month.value], {
		s: row.structure,
		worker: one.why === 'unknown' ? null : one.worker,
		newcomers: one.why === 'unknown' ? '1' : null,
	});
}

/* One line a worker and reason: five missing half-days are one thing to see to. */
function grouped(rows) {
	const groups = new Map();

	for (const one of rows) {
		const key = `${one.why}/${one.worker}`;

		if (groups.has(key))
			groups.get(key).push(one);
		else
			groups.set(key, [one]);
	}
	return [...groups.values()].sort(
		(a, b) => WHYS.indexOf(a[0].why) - WHYS.indexOf(b[0].why),
	);
}

function daysText(all) {
	const days = all
		.slice(0, 3)
		.map((one) => `${dayName(one.day)} ${slotName(one.slot).toLowerCase()}`)
		.join(', ');

	return all.length > 3
		? t('month.andOthers', { days, n: all.length - 3 })
		: days;
}

function List({ row }) {
	const answer = useAnswer('month/blockers', {
		month: month.value,
		structure: row.structure,
	});
	const [shown, setShown] = useState(SHOWN);

	return html`<${Answer} of=${answer} lines=${3}>
		${({ rows }) => {
			const groups = grouped(rows);

			return html`<ul class="month-blockers">
					${groups.slice(0, shown).map((all) => {
						const [one] = all;

						return html`<li key=${`${one.why}/${one.worker}`}>
							<${Badge} look=${LOOKS[one.why]}>
								${t(`month.why_${one.why}`)}
							<//>
							<a href=${placeOf(row, one)}><bdi>${one.name}</bdi></a>
							<span class="soft">${daysText(all)}</span>
						</li>`;
					})}
				</ul>
				${groups.length > shown &&
				html`<button
					type="button"
					class="button"
					onClick=${() => setShown(shown + SHOWN)}
				>
					${t('parts.more', { n: groups.length - shown })}
				</button>`}`;
		}}
	<//>`;
}

export function Blockers({ row, open }) {
	const [shown, setShown] = useState(Boolean(open));

	return html`<details
		class="month-more"
		open=${shown}
		onToggle=${(event) => setShown(event.currentTarget.open)}
	>
		<summary>
			<strong>${t('month.toSettle')}</strong> ${blockersText(row.blockers)}
		</summary>
		${shown && html`<${List} row=${row} />`}
	</details>`;
}
