/* Words of every page. */
export default {
	cancel: 'Annuler',
	close: 'Fermer',
	back: 'Retour',
	saving: 'Enregistrement…',
	loading: 'Chargement…',
	optional: 'facultatif',
	language: 'Langue',
	print: 'Imprimer',
	stopped:
		'Le programme Pointeau ne répond plus sur ce portable. Relancez-le ; ce qui était enregistré y est toujours.',
	lost: 'Pointeau n’a pas répondu : ce geste n’est peut-être pas enregistré. Vérifiez avant de recommencer.',
	failure: 'Cela n’a pas marché, rien n’a changé. Réessayez ; si cela continue, appelez le bureau.',
};
