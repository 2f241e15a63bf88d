/* Words of the start: screens/start.js, start/*.js. */
export default {
	foot: 'Rien ne sort de ce portable, sauf l’envoi au bureau.',
	enrolTitle: 'Le code du bureau',
	enrolHelp:
		'Le bureau vous donne un code, bon une seule fois pendant 15 minutes. Collez-le ici, ou lisez-le avec une douchette.',
	code: 'Code',
	codeHelp: 'Appuyez sur Entrée à la fin ; une douchette le fait toute seule.',
	codeMissing: 'Collez d’abord le code du bureau.',
	name: 'Nom de ce portable, par exemple « Berges 1 »',
	enrol: 'Enrôler ce portable',
	enrolling: 'Le bureau répond…',
	offline:
		'Hors connexion : le bureau ne répond pas. Le code reste ici ; réessayez là où il y a du réseau.',
	wordsTitle: 'Les six mots',
	wordsHelp:
		'Appelez le bureau et lisez-les-lui. Son écran doit montrer les mêmes, dans le même ordre.',
	wordsSame: 'Les mêmes',
	wordsNot: 'Pas les mêmes',
	wordsDiffer:
		'N’utilisez pas ce portable : dites-le au bureau, qui le révoque et donne un autre code.',
	seeWords: 'Revoir les six mots',
	whoTitle: 'Qui êtes-vous ?',
	hasPin: 'avec un code secret',
	nobodyHelp:
		'Le bureau n’a pas encore donné d’équipe à ce portable. Quand ce sera fait :',
	ask: 'Demander au bureau',
	asking: 'On demande…',
	pin: 'Code secret',
	keypad: 'Chiffres',
	erase: 'Effacer un chiffre',
	enter: 'Entrer',
	wait: {
		one: 'Attendez {n} seconde',
		other: 'Attendez {n} secondes',
	},
	forgotten: 'Code oublié ? Appelez le bureau.',
	choosePin: '{name}, choisissez un code secret',
	pinHelp:
		'Il verrouille cette page quand vous n’êtes pas là. L’envoi au bureau continue.',
	pinDigits: 'De 4 à 8 chiffres.',
	oldPin: 'Ancien code secret',
	newPin: 'Nouveau code secret',
	newPinAgain: 'Encore une fois',
	pinSave: 'C’est mon code',
	pinShort: 'Il faut 4 chiffres au moins.',
	pinDiffers: 'Les deux codes sont différents : recommencez.',
	pinChanged: 'Code secret changé.',
};
