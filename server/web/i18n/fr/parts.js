/* Words of the parts that several screens are made of: parts/. */
export default {
	retry: 'Réessayer',
	required: 'À remplir.',
	all: 'Tous',
	search: 'Chercher',
	filters: 'Filtres',
	more: {
		one: 'Afficher la suite ({n} ligne)',
		other: 'Afficher la suite ({n} lignes)',
	},
	making: 'Préparation…',
	kept: 'Fichier {name} enregistré par votre navigateur.',
	tooLarge:
		'Ce fichier dépasse {mb} Mo. Coupez-le en plusieurs, ou importez-le au terminal du serveur.',
	empty:
		'« {name} » est vide : il n’y a rien à y lire. Choisissez un autre fichier.',
	half_am: 'matin',
	half_pm: 'après-midi',
	drop: 'Ou déposez le fichier ici.',
	reason: 'Motif',
	reasons: 'Motifs courants',
	reasonHelp: '{n} caractères au moins : ce sera lu plus tard.',
	reasonShort: {
		one: 'Dites pourquoi.',
		other: 'Dites pourquoi, en {n} caractères au moins.',
	},
};
