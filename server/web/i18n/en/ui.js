/* What the office's page says otherwise than the laptop's. */
export default {
	stopped:
		'The Pointeau server does not answer. Check the network, then try again; what you typed is still there.',
	failure: 'That did not work, nothing has changed. Try again; if it goes on, call whoever looks after the server.',
};
