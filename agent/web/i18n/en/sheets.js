/* Words of screens/sheets.js. */
export default {
};
