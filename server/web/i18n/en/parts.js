/* Words of the parts that several screens are made of: parts/. */
export default {
	retry: 'Try again',
	required: 'Fill this in.',
	all: 'All',
	search: 'Search',
	filters: 'Filters',
	more: {
		one: 'Show the rest ({n} row)',
		other: 'Show the rest ({n} rows)',
	},
	making: 'Preparing…',
	kept: 'File {name} saved by your browser.',
	tooLarge:
		'This file is over {mb} MB. Split it, or import it at the server’s shell.',
	empty: '“{name}” is empty: there is nothing in it to read. Choose another file.',
	half_am: 'morning',
	half_pm: 'afternoon',
	drop: 'Or drop the file here.',
	reason: 'Reason',
	reasons: 'Usual reasons',
	reasonHelp: '{n} characters at least: it will be read later.',
	reasonShort: {
		one: 'Say why.',
		other: 'Say why, in {n} characters at least.',
	},
};
