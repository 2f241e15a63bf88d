/* What the office's page says otherwise than the laptop's. */
export default {
	stopped:
		'Le serveur Pointeau ne répond pas. Vérifiez le réseau, puis réessayez ; ce que vous avez tapé est toujours là.',
	failure: 'Cela n’a pas marché, rien n’a changé. Réessayez ; si cela continue, appelez la personne qui s’occupe du serveur.',
};
