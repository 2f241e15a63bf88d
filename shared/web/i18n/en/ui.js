/* Words of every page. */
export default {
	cancel: 'Cancel',
	close: 'Close',
	back: 'Back',
	saving: 'Saving…',
	loading: 'Loading…',
	optional: 'optional',
	language: 'Language',
	print: 'Print',
	stopped:
		'The Pointeau program no longer answers on this laptop. Start it again; what was saved is still there.',
	lost: 'Pointeau did not answer: this may not have been saved. Check before doing it again.',
	failure: 'That did not work, nothing changed. Try again; if it goes on, call the office.',
};
