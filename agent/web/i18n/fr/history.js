/* Words of screens/history.js. */
export default {
};
