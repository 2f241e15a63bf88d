/* Words of screens/month.js. */
export default {
};
