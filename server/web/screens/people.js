/*
 * Accompaniment: who has what to be done, everybody by name, and one page per
 * worker: '#/people', '#/people/V01?of=STRUCTURE&tab=hours'.
 */
import { html } from '../../../shared/web/preact.js';
import { args } from '../route.js';
import { People } from './people/list.js';
import { Person } from './people/page.js';

function Screen() {
	const worker = args.value[0];

	return worker
		? html`<${Person} key=${worker} worker=${worker} />`
		: html`<${People} />`;
}

export const peopleScreen = {
	id: 'people',
	icon: 'handshake',
	title: 'people.title',
	right: 'people',
	group: 'people',
	structure: true,
	Screen,
};
