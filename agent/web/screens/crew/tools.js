/* Above the grid: the whole crew in one tap, and what was left blank. */
import { html, signal, useEffect } from '../../../../shared/web/preact.js';
import { get } from '../../../../shared/web/api.js';
import { Icon } from '../../../../shared/web/icon.js';
import { addDays, dayName, duration, weekday } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import {
	crew,
	day,
	roster,
	setDay,
	slot,
	slotName,
	today,
} from '../../state.js';
import { fill } from './acts.js';
import { countOf, usualOf } from './model.js';

/* GET hours/missing of the crew, up to yesterday. */
const gaps = signal([]);

async function loadGaps(now) {
	const { data } = await get('hours/missing', {
		crew: now.crew,
		structure: now.structure,
		until: addDays(today.value, -1),
	});

	if (data)
		gaps.value = data.rows;
}

/* "Mardi" within the week, "mardi 3 novembre" before. */
function dayOfGap(gap) {
	const recent = gap.day > addDays(today.value, -7);
	const text = recent ? weekday(gap.day) : dayName(gap.day);

	return text.charAt(0).toUpperCase() + text.slice(1);
}

/* The last half-day that was left with blanks; one tap goes there. */
function Gaps() {
	const now = crew.value;

	/* Again when hours changed: a gap may just have been filled. */
	useEffect(() => {
		void loadGaps(now);
	}, [now.crew, roster.value]);
	const all = gaps.value.filter(
		(one) => one.day !== day.value || one.slot !== slot.value,
	);
	const last = all[all.length - 1];

	if (!last)
		return null;

	async function visit() {
		slot.value = last.slot === 'pm' ? 'pm' : 'am';
		await setDay(last.day);
	}

	return html`<button type="button" class="gaps" onClick=${visit}>
		<${Icon} name="triangle-alert" />
		<span>
			${t('crew.gap', {
				day: dayOfGap(last),
				slot: slotName(last.slot).toLowerCase(),
				n: last.missing,
			})}
			${all.length > 1 &&
			html`<span class="small">
				${' '}${t('crew.moreGaps', { n: all.length - 1 })}
			</span>`}
		</span>
	</button>`;
}

export function Tools({ onMore }) {
	const now = crew.value;
	const { blank } = countOf(now, slot.value);

	return html`<div class="tools screen-only">
		<button
			type="button"
			class="button button-main tools-fill"
			aria-disabled=${blank === 0}
			aria-describedby="fill-help"
			onClick=${() => blank > 0 && fill()}
		>
			<${Icon} name="users" />
			${t('crew.fill', { what: duration(usualOf(now, slot.value)) })}
		</button>
		<span id="fill-help" class="visually-hidden">${t('crew.fillHelp')}</span>
		<button
			type="button"
			class="button"
			aria-disabled=${blank === 0}
			aria-describedby="fill-help"
			onClick=${() => blank > 0 && fill('yesterday')}
		>
			<${Icon} name="copy" />
			${t('crew.likeYesterday')}
		</button>
		<button
			type="button"
			class="button"
			aria-haspopup="dialog"
			onClick=${onMore}
		>
			<${Icon} name="ellipsis" />
			${t('crew.more')}
		</button>
		<${Gaps} />
	</div>`;
}
