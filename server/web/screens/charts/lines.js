/* Lines over months, each with a mark and a dash of its own; null is a gap. */
import { html, useId } from '../../../../shared/web/preact.js';
import { Axis, LEFT, Legend, Picture, RIGHT, WIDE, scale } from './axis.js';

const SIZE = 6;

const MARKS = [
	(x, y) => html`<circle cx=${x} cy=${y} r=${SIZE} />`,
	(x, y) =>
		html`<rect
			x=${x - SIZE + 1}
			y=${y - SIZE + 1}
			width=${2 * SIZE - 2}
			height=${2 * SIZE - 2}
		/>`,
	(x, y) =>
		html`<path
			d=${`M${x} ${y - SIZE - 1} ${x + SIZE + 1} ${y + SIZE} ${x - SIZE - 1} ${y + SIZE}Z`}
		/>`,
];

function Line({ index, points, marked = points }) {
	return html`<g class=${`chart-line chart-line-${index}`}>
		<polyline points=${points.map(({ x, y }) => `${x},${y}`).join(' ')} />
		${marked.map(({ x, y }) => MARKS[index](x, y))}
	</g>`;
}

export function Lines({ title, desc, months, series }) {
	const id = useId();
	const by = scale(
		Math.max(...series.flatMap((one) => one.values.map((n) => n || 0)), 0),
	);
	const wide = (WIDE - LEFT - RIGHT) / months.length;
	const x = (i) => LEFT + wide * (i + 0.5);

	return html`<${Picture} id=${id} title=${title} desc=${desc}>
			<${Axis} by=${by} months=${months} x=${x} />
			${series.map(
				(one, i) =>
					html`<${Line}
						key=${one.name}
						index=${i}
						points=${one.values
							.map((value, at) => ({ x: x(at), value }))
							.filter(({ value }) => value !== null)
							.map((at) => ({ x: at.x, y: by.y(at.value) }))}
					/>`,
			)}
		<//>
		<${Legend}
			names=${series.map((one) => one.name)}
			draw=${(i) =>
				html`<${Line}
					index=${i}
					points=${[
						{ x: 0, y: 10 },
						{ x: 32, y: 10 },
					]}
					marked=${[{ x: 16, y: 10 }]}
				/>`}
		/>`;
}
