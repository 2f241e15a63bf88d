/*
 * Hours week by week as bars, with the line of fifteen hours. The same
 * figures stand in a table beside it; weeks under the line are hatched and
 * have a mark below, so that no colour is needed.
 */
import { html, useId } from '../../../../shared/web/preact.js';
import { duration, monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

const WIDTH = 1060;
const HEIGHT = 260;
const LEFT = 60;
const BOTTOM = 40;
const TOP = 12;
const HOUR = 60;

/* The top of the scale: a round number of hours above what is shown. */
function ceiling(weeks, limit) {
	const most = Math.max(
		...weeks.map((week) => week.minutes + week.contested),
		limit * 2,
	);

	return Math.ceil(most / (5 * HOUR)) * 5 * HOUR;
}

function months(weeks) {
	return weeks
		.map((week, i) => ({ month: week.monday.slice(0, 7), i }))
		.filter(
			({ month }, i, all) => i > 0 && month !== all[i - 1].month,
		);
}

export function Curve({ weeks, limit }) {
	const pattern = useId();
	const top = ceiling(weeks, limit);
	const room = HEIGHT - TOP - BOTTOM;
	const step = (WIDTH - LEFT) / weeks.length;
	const y = (minutes) => TOP + room - (minutes / top) * room;
	const under = weeks.filter((week) => week.under).length;
	const bar = step * 0.76;

	return html`<svg
		class="people-curve"
		viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
		role="img"
		aria-label=${t('people.curveText', { n: under, of: weeks.length })}
	>
		<defs>
			<pattern
				id=${pattern}
				width="6"
				height="6"
				patternUnits="userSpaceOnUse"
				patternTransform="rotate(45)"
			>
				<rect width="6" height="6" class="people-curve-pale" />
				<rect width="3" height="6" class="people-curve-under" />
			</pattern>
		</defs>
		${[0, limit, top].map(
			(minutes) =>
				html`<g key=${minutes}>
					<line
						x1=${LEFT}
						x2=${WIDTH}
						y1=${y(minutes)}
						y2=${y(minutes)}
						class=${minutes === limit
							? 'people-curve-limit'
							: 'people-curve-line'}
					/>
					<text
						x=${LEFT - 8}
						y=${y(minutes) + 5}
						text-anchor="end"
						class="people-curve-text"
					>
						${duration(minutes)}
					</text>
				</g>`,
		)}
		${weeks.map((week, i) => {
			const x = LEFT + i * step + (step - bar) / 2;

			return html`<g key=${week.monday}>
				<rect
					x=${x}
					y=${y(week.minutes)}
					width=${bar}
					height=${y(0) - y(week.minutes)}
					class=${week.under
						? 'people-curve-bar-under'
						: 'people-curve-bar'}
					fill=${week.under ? `url(#${pattern})` : undefined}
				/>
				${week.contested > 0 &&
				html`<rect
					x=${x}
					y=${y(week.minutes + week.contested)}
					width=${bar}
					height=${y(0) - y(week.contested)}
					class="people-curve-contested"
				/>`}
				${week.under &&
				html`<path
					d=${`M${x + bar / 2} ${y(0) + 5}l5 8h-10z`}
					class="people-curve-mark"
				/>`}
			</g>`;
		})}
		${months(weeks)
			.filter((_, i) => i % 2 === 0)
			.map(
				({ month, i }) =>
					html`<text
						key=${month}
						x=${LEFT + i * step}
						y=${HEIGHT - 8}
						class="people-curve-text"
					>
						${monthName(month)}
					</text>`,
			)}
	</svg>`;
}
