/* Words of screens/history.js. */
export default {
	title: 'Historique : {name} — {slot}, {day}',
	entries: 'Les saisies, la dernière d’abord',
	nothing: 'Rien n’a été noté là.',
	empty: 'rien',
	by: '{person}, sur {device}, {at}',
	clash: 'Deux valeurs sont gardées : le bureau décide. Rien n’est payé ni perdu d’ici là.',
	live: 'valeur actuelle',
	contested: 'contestée',
	late: 'arrivée après clôture',
	before: 'Avant :',
	after: 'Après :',
	reason: 'Motif :',
	note: 'Note :',
	aside: 'Mise de côté, ne compte pas : {why}',
	correct: 'Corriger',
};
