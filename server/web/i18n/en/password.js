/* Words of the screen where one changes one's password. */
export default {
	title: 'Change my password',
	text: 'Your other sessions will be closed.',
	old: 'Current password',
	fresh: 'New password',
	same: 'This is the current password: choose another.',
	change: 'Change',
	done: 'Password changed.',
};
