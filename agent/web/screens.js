/*
 * The screens by name. A screen is {Screen, Action, bare, tab}: Action is its
 * main act in the footer, where gloves find it; bare leaves the header and
 * the footer out, for the eyes of one worker or for paper; tab is the one of
 * the bottom bar that it belongs to. Each gets its args of go(id, args).
 */
import { crewScreen } from './screens/crew.js';
import { monthScreen } from './screens/month.js';
import { sendScreen } from './screens/send.js';
import { sheetsScreen } from './screens/sheets.js';
import { signoffScreen } from './screens/signoff.js';
import { skillsScreen } from './screens/skills.js';
import { pinScreen } from './screens/start/pin.js';

export const screens = {
	crew: crewScreen,
	skills: skillsScreen,
	month: monthScreen,
	send: sendScreen,
	signoff: signoffScreen,
	sheets: sheetsScreen,
	pin: pinScreen,
};

/* The bottom bar, in its order. */
export const tabs = [
	{ id: 'crew', icon: 'users', label: 'frame.today' },
	{ id: 'skills', icon: 'sprout', label: 'frame.skills' },
	{ id: 'month', icon: 'calendar-days', label: 'frame.month' },
	{ id: 'send', icon: 'cloud-upload', label: 'frame.send' },
];
