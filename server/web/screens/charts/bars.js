/* Bars of months, series on top of one another. */
import { html, useId } from '../../../../shared/web/preact.js';
import { Axis, HIGH, LEFT, Legend, Patterns, Picture, RIGHT, BOTTOM, WIDE, scale } from './axis.js';

const ROOM = 0.7; /* of a month's width */

export function Bars({ title, desc, months, series }) {
	const id = useId();
	const sums = months.map((_, i) =>
		series.reduce((sum, one) => sum + (one.values[i] || 0), 0),
	);
	const by = scale(Math.max(...sums, 0));
	const wide = (WIDE - LEFT - RIGHT) / months.length;
	const x = (i) => LEFT + wide * (i + 0.5);
	const floor = HIGH - BOTTOM;
	const fill = (i) => `url(#${id}-${i})`;

	function Bar({ month }) {
		let below = 0;

		return series.map((one, i) => {
			const value = one.values[month] || 0;
			const top = by.y(below + value);
			const high = by.y(below) - top;

			below += value;
			return (
				value > 0 &&
				html`<rect
					key=${i}
					class="chart-bar"
					x=${x(month) - (wide * ROOM) / 2}
					y=${top}
					width=${wide * ROOM}
					height=${high}
					fill=${fill(i)}
				/>`
			);
		});
	}

	return html`<${Picture} id=${id} title=${title} desc=${desc}>
			<${Patterns} id=${id} />
			<${Axis} by=${by} months=${months} x=${x} />
			${months.map((month, i) => html`<${Bar} key=${month} month=${i} />`)}
			<line class="chart-floor" x1=${LEFT} x2=${WIDE - RIGHT} y1=${floor} y2=${floor} />
		<//>
		<${Legend}
			names=${series.map((one) => one.name)}
			draw=${(i) =>
				html`<rect class="chart-bar" x="1" y="1" width="30" height="18" fill=${fill(i)} />`}
		/>`;
}
