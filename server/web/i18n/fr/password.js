/* Words of the screen where one changes one's password. */
export default {
	title: 'Changer de mot de passe',
	text: 'Vos autres sessions seront fermées.',
	old: 'Mot de passe actuel',
	fresh: 'Nouveau mot de passe',
	same: 'C’est le mot de passe actuel : choisissez-en un autre.',
	change: 'Changer',
	done: 'Mot de passe changé.',
};
