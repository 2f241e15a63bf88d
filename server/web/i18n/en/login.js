/* Words of who one is: login, the one-use link, the password asked again. */
export default {
	title: 'Log in',
	login: 'Login',
	loginHelp: 'Letters, figures, hyphens: “marie.d” for instance.',
	noLogin:
		'No space or hyphen first, no space last, and none of / \\ " < > | * ? #: remove them.',
	name: 'Name shown',
	password: 'Password',
	passwordHelp:
		'{n} characters at least. Four words with nothing in common do very well.',
	missing: {
		one: '{n} more character.',
		other: '{n} more characters.',
	},
	enough: 'Long enough.',
	tooShort: 'Too short: {n} characters at least.',
	different: 'This is not the same password.',
	repeat: 'The same once more',
	show: 'Show the password',
	code: 'Six-digit code',
	codeHelp: 'The one on your phone right now.',
	codeFirst: 'The one that your phone shows, to check that it is ready.',
	in: 'Log in',
	lost: 'Password or phone lost? The management can give you a new link, from the accounts.',
	noAccount:
		'No account yet. The server showed a link when it started: open it to make the first one.',
	again: 'Still there?',
	againText:
		'{name}, your session has ended. Give your password again: nothing of what you typed is lost.',
	else: 'Leave everything',
	setup: 'Make my account',
	you: 'You',
	firstText:
		'This first account may do everything: it is the management’s. It will make the others.',
	welcome: 'Hello {name}. Your login is {login}, your role: {role}.',
	phone: 'Your phone',
	phoneText:
		'With an authenticator app (Aegis, FreeOTP, Google Authenticator…), aim at this code, or type the letters into it.',
	qr: 'QR code for the authenticator app',
	secret: 'Without a camera, the letters to type:',
	choose: 'Your password',
	make: 'Make my account',
	linkHelp:
		'Each link is good once, and not for long. Ask the management for another; for the very first account, start the server again.',
	toLogin: 'Go to the login',
};
