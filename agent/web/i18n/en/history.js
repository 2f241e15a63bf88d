/* Words of screens/history.js. */
export default {
	title: 'History: {name} — {slot}, {day}',
	entries: 'The entries, the last one first',
	nothing: 'Nothing was recorded there.',
	empty: 'nothing',
	by: '{person}, on {device}, {at}',
	clash: 'Two values are kept: the office decides. Until then nothing is paid or lost.',
	live: 'present value',
	contested: 'contested',
	late: 'came after the closing',
	before: 'Before:',
	after: 'After:',
	reason: 'Reason:',
	note: 'Note:',
	aside: 'Set aside, does not count: {why}',
	correct: 'Correct',
};
