/*
 * The screens, in the order of the bar at the side. One is
 *
 *	{id, icon, title, Screen}	its place in the address, its icon, the
 *					key of its name, what draws it
 *	right		who sees it, 'a b': either (state.js, can)
 *	group		under which heading of the bar it stands
 *	month		the address' first argument is a month: '/grid/2026-11'
 *	structure	the header offers to choose a structure
 *	hidden		not in the bar
 *
 * To add one: its import and its name in the list (docs/office.md).
 */
import { accountsScreen } from './screens/accounts.js';
import { chartsScreen } from './screens/charts.js';
import { conflictsScreen } from './screens/conflicts.js';
import { devicesScreen } from './screens/devices.js';
import { documentsScreen } from './screens/documents.js';
import { declareScreen } from './screens/declare.js';
import { gridScreen } from './screens/grid.js';
import { homeScreen } from './screens/home.js';
import { importScreen } from './screens/import.js';
import { journalScreen } from './screens/journal.js';
import { monthScreen } from './screens/month.js';
import { passwordScreen } from './screens/password.js';
import { peopleScreen } from './screens/people.js';
import { rgpdScreen } from './screens/rgpd.js';
import { rulesScreen } from './screens/rules.js';

export const groups = ['first', 'month', 'people', 'files', 'office'];

export const screens = [
	homeScreen,
	gridScreen,
	conflictsScreen,
	rulesScreen,
	monthScreen,
	declareScreen,
	chartsScreen,
	documentsScreen,
	importScreen,
	peopleScreen,
	devicesScreen,
	journalScreen,
	rgpdScreen,
	accountsScreen,
	passwordScreen,
];

export function screenOf(id) {
	return screens.find((one) => one.id === id);
}
