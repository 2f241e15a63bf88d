/*
 * A signature as a path: M and L with whole numbers of at most four digits,
 * within what the agent takes (shared/signoff.h).
 */
export const WIDTH = 1000;
export const HEIGHT = 400;

const STROKE_MAX = 16000;
/* Closer points say nothing more. */
const NEAR = 6;
/* A tap or a slip of the finger is no signature. */
const LEAST = 120;

const EMPTY = { path: '', x: 0, y: 0, length: 0 };

export function noStroke() {
	return EMPTY;
}

function clamp(value, most) {
	return Math.min(most, Math.max(0, Math.round(value)));
}

/* ${stroke} and the next point of it; the same when it adds nothing. */
export function withPoint(stroke, x, y, begins) {
	const toX = clamp(x, WIDTH);
	const toY = clamp(y, HEIGHT);
	const far = Math.hypot(toX - stroke.x, toY - stroke.y);

	if (stroke.path.length > STROKE_MAX || (!begins && far < NEAR))
		return stroke;
	return {
		path: `${stroke.path}${begins ? 'M' : 'L'}${toX} ${toY}`,
		x: toX,
		y: toY,
		length: begins ? stroke.length : stroke.length + far,
	};
}

export function isSignature(stroke) {
	return stroke.length >= LEAST;
}

/* The box around a path, whoever drew it: a viewBox. */
export function boxOf(path) {
	const points = [...path.matchAll(/(\d+) (\d+)/g)];
	const xs = points.map((point) => Number(point[1]));
	const ys = points.map((point) => Number(point[2]));
	const left = Math.min(...xs) - 10;
	const top = Math.min(...ys) - 10;

	return [
		left,
		top,
		Math.max(...xs) + 10 - left,
		Math.max(...ys) + 10 - top,
	].join(' ');
}
