/* Words of screens/signoff.js. */
export default {
};
