/* Words of screens/month.js. */
export default {
	before: 'Mois d’avant : {month}',
	after: 'Mois d’après : {month}',
	people: { one: '{n} personne', other: '{n} personnes' },
	signedOf: { one: '{n} signé sur {all}', other: '{n} signés sur {all}' },
	toPay: '{hours} à payer',
	payable: 'à payer',
	days: { one: '{n} jour', other: '{n} jours' },
	odd: 'À voir d’abord ({n})',
	calm: 'Rien à signaler ({n})',
	nobody: 'Personne dans cette équipe ce mois-là.',
	nothing: 'Rien n’est noté ce mois-là.',
	closed:
		'Mois clos par le bureau. Une correction est encore possible : elle arrivera après clôture, le bureau décidera.',
	printAll: 'Imprimer les feuilles',
	print: 'Imprimer la feuille',
	handOver: 'Passer l’écran à {name}',
	is_none: 'Pas signé',
	is_agree: 'D’accord',
	is_disagree: 'Pas d’accord',
	is_stale: 'À re-signer',
	signed_none: 'Pas encore signé.',
	signed_agree: 'D’accord, le {at}, {how}.',
	signed_disagree: 'Pas d’accord, le {at}, {how} :',
	signed_stale:
		'À re-signer : des heures ont changé depuis la réponse du {at}.',
	how_finger: 'signé au doigt',
	how_pin: 'avec un code',
	how_paper: 'sur papier',
	odd_contested: { one: '{n} contestée', other: '{n} contestées' },
	odd_aside: {
		one: '{n} saisie mise de côté',
		other: '{n} saisies mises de côté',
	},
	odd_doubled: {
		one: '{n} demi-journée dans deux structures',
		other: '{n} demi-journées dans deux structures',
	},
	odd_disagree: { one: 'Pas d’accord', other: 'Pas d’accord' },
	odd_stale: { one: 'À re-signer', other: 'À re-signer' },
	odd_late: {
		one: '{n} arrivée après clôture',
		other: '{n} arrivées après clôture',
	},
	odd_long_day: {
		one: '{n} jour de plus de 10 h',
		other: '{n} jours de plus de 10 h',
	},
	odd_long_week: {
		one: '{n} semaine de plus de 48 h',
		other: '{n} semaines de plus de 48 h',
	},
	odd_missing: {
		one: '{n} demi-journée sans rien',
		other: '{n} demi-journées sans rien',
	},
	odd_other: { one: '{n} point à voir', other: '{n} points à voir' },
};
