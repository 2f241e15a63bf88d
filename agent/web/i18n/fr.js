/* Every text of the page: a file by screen, its name is the keys' first word. */
import ui from '../../../shared/web/i18n/fr/ui.js';
import crew from './fr/crew.js';
import cell from './fr/cell.js';
import frame from './fr/frame.js';
import history from './fr/history.js';
import month from './fr/month.js';
import send from './fr/send.js';
import sheets from './fr/sheets.js';
import skills from './fr/skills.js';
import start from './fr/start.js';

export default {
	cell,
	crew,
	frame,
	history,
	month,
	send,
	sheets,
	skills,
	start,
	ui,
};
