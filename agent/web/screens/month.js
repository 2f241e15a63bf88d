/*
 * The month before it is signed: who has what, what is odd first; then one
 * worker's days, and the screen handed over.
 */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useRoster } from '../ask.js';
import { crew, go, revoked, today } from '../state.js';
import { Revoked } from './crew/stops.js';
import { Overview } from './month/overview.js';
import { Worker } from './month/worker.js';

function monthOf(args) {
	return args.month || today.value.slice(0, 7);
}

function Month(args) {
	const month = monthOf(args);

	const ready = useRoster();

	if (revoked.value)
		return html`<${Revoked} />`;
	if (!ready)
		return html`<p class="page soft">${t('ui.loading')}</p>`;
	return args.worker
		? html`<${Worker} ...${args} month=${month} />`
		: html`<${Overview} month=${month} />`;
}

function PrintAll({ month }) {
	return html`<button
		type="button"
		class="button"
		disabled=${!crew.value}
		onClick=${() => go('sheets', { month, crew: crew.value.crew })}
	>
		<${Icon} name="printer" />${t('month.printAll')}
	</button>`;
}

function HandOver(args) {
	return html`<button
		type="button"
		class="button button-main"
		onClick=${() => go('signoff', args)}
	>
		<${Icon} name="pen-line" />
		${t('month.handOver', { name: args.name })}
	</button>`;
}

function Action(args) {
	const month = monthOf(args);

	if (revoked.value)
		return null;
	return args.worker
		? html`<${HandOver} ...${args} month=${month} />`
		: html`<${PrintAll} month=${month} />`;
}

export const monthScreen = { Screen: Month, Action, tab: 'month' };
