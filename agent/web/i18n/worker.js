/*
 * What a worker reads before signing, in each language that the sign-off
 * screen offers. Only these words: the rest of the page is French or English.
 * The order is that of the choice on the screen.
 */
import ar from './worker/ar.js';
import en from './worker/en.js';
import es from './worker/es.js';
import fr from './worker/fr.js';
import pt from './worker/pt.js';
import ro from './worker/ro.js';
import tr from './worker/tr.js';
import uk from './worker/uk.js';

export default {
	fr: { worker: fr },
	en: { worker: en },
	ar: { worker: ar },
	uk: { worker: uk },
	es: { worker: es },
	pt: { worker: pt },
	ro: { worker: ro },
	tr: { worker: tr },
};
