/* Every text of the page: a file by screen, its name is the keys' first word. */
import shared from '../../../shared/web/i18n/en/ui.js';
import accounts from './en/accounts.js';
import charts from './en/charts.js';
import conflicts from './en/conflicts.js';
import declare from './en/declare.js';
import documents from './en/documents.js';
import frame from './en/frame.js';
import grid from './en/grid.js';
import home from './en/home.js';
import imports from './en/import.js';
import login from './en/login.js';
import month from './en/month.js';
import devices from './en/devices.js';
import journal from './en/journal.js';
import rgpd from './en/rgpd.js';
import parts from './en/parts.js';
import password from './en/password.js';
import people from './en/people.js';
import rules from './en/rules.js';
import ui from './en/ui.js';

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
