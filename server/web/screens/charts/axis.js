/* What every picture has: its frame, its steps, its legend. */
import { html } from '../../../../shared/web/preact.js';
import { dayText, number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

export const WIDE = 960;
export const HIGH = 360;
export const LEFT = 70;
export const RIGHT = 16;
export const TOP = 16;
export const BOTTOM = 44;

const STEPS = 4;

/* A round number of steps above the largest value. */
export function scale(largest) {
	const rough = (largest || STEPS) / STEPS;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) * power;
	const top = step * STEPS;

	return {
		top,
		steps: Array.from({ length: STEPS + 1 }, (_, i) => i * step),
		y: (value) => TOP + (HIGH - TOP - BOTTOM) * (1 - value / top),
	};
}

export function shortMonth(month) {
	return dayText(`${month}-01`, { month: 'short', year: '2-digit' });
}

export function Axis({ by, months, x }) {
	return html`<g class="chart-axis">
		${by.steps.map(
			(value) =>
				html`<g key=${value}>
					<line
						x1=${LEFT}
						x2=${WIDE - RIGHT}
						y1=${by.y(value)}
						y2=${by.y(value)}
					/>
					<text
						class="chart-figure"
						x=${LEFT - 8}
						y=${by.y(value) + 6}
					>
						${number(value)}
					</text>
				</g>`,
		)}
		${months.map(
			(month, i) =>
				html`<text
					key=${month}
					class="chart-month"
					x=${x(i)}
					y=${HIGH - BOTTOM + 26}
				>
					${shortMonth(month)}
				</text>`,
		)}
	</g>`;
}

/* Six ways to fill, told apart without colour. */
export function Patterns({ id }) {
	const draw = [
		html`<rect width="12" height="12" class="chart-ink" />`,
		html`<path d="M0 12 12 0M-3 3 3-3M9 15 15 9" class="chart-stroke" />`,
		html`<circle cx="6" cy="6" r="2.5" class="chart-ink" />`,
		html`<path d="M0 3H12M0 9H12" class="chart-stroke" />`,
		html`<path d="M3 0V12M9 0V12M0 6H12" class="chart-stroke" />`,
		html`<path d="M0 0 12 12M0 12 12 0" class="chart-thin" />`,
	];

	return html`<defs>
		${draw.map(
			(one, i) =>
				html`<pattern
					key=${i}
					id=${`${id}-${i}`}
					width="12"
					height="12"
					patternUnits="userSpaceOnUse"
				>
					<rect width="12" height="12" class=${`chart-fill-${i}`} />
					${one}
				</pattern>`,
		)}
	</defs>`;
}

/* The picture, named and described; wide on a narrow screen, it scrolls. */
export function Picture({ id, title, desc, children }) {
	return html`<div
		class="chart-box"
		role="region"
		aria-label=${t('charts.picture', { name: title })}
		tabindex="0"
	>
		<svg
			class="chart-svg"
			viewBox=${`0 0 ${WIDE} ${HIGH}`}
			role="img"
			aria-labelledby=${`${id}-title ${id}-desc`}
		>
			<title id=${`${id}-title`}>${title}</title>
			<desc id=${`${id}-desc`}>${desc}</desc>
			<g aria-hidden="true">${children}</g>
		</svg>
	</div>`;
}

/* ${draw}(i): what the series is drawn with, in a box of 32 by 20. */
export function Legend({ names, draw }) {
	return html`<ul class="chart-legend" aria-hidden="true">
		${names.map(
			(name, i) =>
				html`<li key=${i}>
					<svg viewBox="0 0 32 20" class="chart-key">${draw(i)}</svg>
					${name}
				</li>`,
		)}
	</ul>`;
}
