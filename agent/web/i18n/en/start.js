/* Words of the start: screens/start.js, start/*.js. */
export default {
	foot: 'Nothing leaves this laptop but what is sent to the office.',
	enrolTitle: 'The office’s code',
	enrolHelp:
		'The office gives you a code, good once and for 15 minutes. Paste it here, or read it with a scanner.',
	code: 'Code',
	codeHelp: 'Press Enter at the end; a scanner does so by itself.',
	codeMissing: 'Paste the office’s code first.',
	name: 'This laptop’s name, for instance “Berges 1”',
	enrol: 'Enrol this laptop',
	enrolling: 'The office answers…',
	offline:
		'Offline: the office does not answer. The code stays here; try again where there is a network.',
	wordsTitle: 'The six words',
	wordsHelp:
		'Call the office and read them out. Its screen must show the same, in the same order.',
	wordsSame: 'The same',
	wordsNot: 'Not the same',
	wordsDiffer:
		'Do not use this laptop: tell the office, which revokes it and gives another code.',
	seeWords: 'See the six words again',
	whoTitle: 'Who are you?',
	hasPin: 'with a PIN',
	nobodyHelp:
		'The office has not given this laptop a crew yet. When it has:',
	ask: 'Ask the office',
	asking: 'Asking…',
	pin: 'PIN',
	keypad: 'Digits',
	erase: 'Erase a digit',
	enter: 'Enter',
	wait: { one: 'Wait {n} second', other: 'Wait {n} seconds' },
	forgotten: 'Forgotten? Call the office.',
	choosePin: '{name}, choose a PIN',
	pinHelp:
		'It locks this page while you are away. Sending to the office goes on.',
	pinDigits: '4 to 8 digits.',
	oldPin: 'Old PIN',
	newPin: 'New PIN',
	newPinAgain: 'Once more',
	pinSave: 'This is my PIN',
	pinShort: 'At least 4 digits are needed.',
	pinDiffers: 'The two are different: type them again.',
	pinChanged: 'PIN changed.',
};
