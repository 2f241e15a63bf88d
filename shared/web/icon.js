/*
 * An icon of the sprite /icons.svg; icons.txt lists which. Always decoration:
 * a word says the same beside it, or the control's label does.
 */
import { html } from './preact.js';

export function Icon({ name, big }) {
	return html`<svg
		class=${big ? 'icon icon-big' : 'icon'}
		aria-hidden="true"
		focusable="false"
	>
		<use href=${`/icons.svg#${name}`} />
	</svg>`;
}
