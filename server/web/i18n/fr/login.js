/* Words of who one is: login, the one-use link, the password asked again. */
export default {
	title: 'Connexion',
	login: 'Identifiant',
	loginHelp: 'Lettres sans accent, chiffres, points, tirets : par exemple « marie.d ».',
	noLogin:
		'Sans espace ni tiret au début, sans espace à la fin, et sans aucun de / \\ " < > | * ? # : enlevez-les.',
	name: 'Nom affiché',
	password: 'Mot de passe',
	passwordHelp:
		'{n} caractères au moins. Quatre mots sans lien entre eux font très bien l’affaire.',
	missing: {
		one: 'Encore {n} caractère.',
		other: 'Encore {n} caractères.',
	},
	enough: 'Assez long.',
	tooShort: 'Trop court : {n} caractères au moins.',
	different: 'Ce n’est pas le même mot de passe.',
	repeat: 'Le même, encore une fois',
	show: 'Afficher le mot de passe',
	code: 'Code à six chiffres',
	codeHelp: 'Celui de votre téléphone en ce moment.',
	codeFirst: 'Celui que votre téléphone montre, pour vérifier qu’il est prêt.',
	in: 'Se connecter',
	lost: 'Mot de passe ou téléphone perdu ? La direction peut vous donner un nouveau lien, depuis les comptes.',
	noAccount:
		'Aucun compte encore. Le serveur a affiché un lien au démarrage : ouvrez-le pour créer le premier.',
	again: 'Encore là ?',
	againText:
		'{name}, votre session a pris fin. Redonnez votre mot de passe : rien de ce que vous avez tapé n’est perdu.',
	else: 'Tout quitter',
	setup: 'Créer mon compte',
	you: 'Vous',
	firstText:
		'Ce premier compte peut tout : c’est celui de la direction. Il fera les autres.',
	welcome: 'Bonjour {name}. Votre identifiant est {login}, votre rôle : {role}.',
	phone: 'Votre téléphone',
	phoneText:
		'Avec une application d’authentification (Aegis, FreeOTP, Google Authenticator…), visez ce code, ou recopiez-y les lettres.',
	qr: 'Code QR pour l’application d’authentification',
	secret: 'Sans appareil photo, les lettres à recopier :',
	choose: 'Votre mot de passe',
	make: 'Créer mon compte',
	linkHelp:
		'Chaque lien sert une fois, et peu de temps. Demandez-en un autre à la direction ; pour le tout premier compte, relancez le serveur.',
	toLogin: 'Aller à la connexion',
};
