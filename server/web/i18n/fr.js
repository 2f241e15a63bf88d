/* Every text of the page: a file by screen, its name is the keys' first word. */
import shared from '../../../shared/web/i18n/fr/ui.js';
import accounts from './fr/accounts.js';
import charts from './fr/charts.js';
import conflicts from './fr/conflicts.js';
import declare from './fr/declare.js';
import documents from './fr/documents.js';
import frame from './fr/frame.js';
import grid from './fr/grid.js';
import home from './fr/home.js';
import imports from './fr/import.js';
import login from './fr/login.js';
import month from './fr/month.js';
import devices from './fr/devices.js';
import journal from './fr/journal.js';
import rgpd from './fr/rgpd.js';
import parts from './fr/parts.js';
import password from './fr/password.js';
import people from './fr/people.js';
import rules from './fr/rules.js';
import ui from './fr/ui.js';

export default {
	accounts,
	charts,
	rules,
	conflicts,
	declare,
	documents,
	frame,
	grid,
	home,
	import: imports,
	login,
	month,
	devices,
	journal,
	rgpd,
	parts,
	password,
	people,
	ui: { ...shared, ...ui },
};
