/* Every text of the page: a file by screen, its name is the keys' first word. */
import ui from '../../../shared/web/i18n/en/ui.js';
import crew from './en/crew.js';
import cell from './en/cell.js';
import frame from './en/frame.js';
import history from './en/history.js';
import month from './en/month.js';
import send from './en/send.js';
import sheets from './en/sheets.js';
import skills from './en/skills.js';
import start from './en/start.js';

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
