/*
 * What is printed: blank crew sheets for the day when the laptop is dead, or
 * months as they are signed. The screen shows what the paper will be.
 */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { useRoster } from '../ask.js';
import { revoked } from '../state.js';
import { Revoked } from './crew/stops.js';
import { BlankSheets } from './sheets/blank.js';
import { MonthSheets } from './sheets/months.js';

/* {month, worker…}: one worker's; {month, crew}: the crew's; {}: blank. */
function Sheets(args) {
	const ready = useRoster();

	if (revoked.value)
		return html`<${Revoked} />`;
	if (!ready)
		return html`<p class="page soft">${t('ui.loading')}</p>`;
	return args.month
		? html`<${MonthSheets} ...${args} />`
		: html`<${BlankSheets} />`;
}

export const sheetsScreen = { Screen: Sheets, tab: 'month', bare: true };
