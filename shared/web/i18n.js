/*
 * Texts by key, in the reader's language. A dictionary is one object of
 * namespaces ({crew: {title: '…'}}); a text may hold {names}, and an object
 * by plural category ({one: '…', other: '…'}) is chosen by the value n.
 */
import { makeFragment, readFragment } from './fragment.js';
import { computed, signal } from './preact.js';

const RTL = new Set(['ar', 'fa', 'he', 'ur', 'ps']);

const held = signal({});

export const language = signal('fr');

export function directionOf(code) {
	return RTL.has(code) ? 'rtl' : 'ltr';
}

export const direction = computed(() => directionOf(language.value));

/* The language's own name, for the one who looks for it. */
export const AUTONYMS = {
	fr: 'Français',
	en: 'English',
	ar: 'العربية',
	es: 'Español',
	pt: 'Português',
	ro: 'Română',
	tr: 'Türkçe',
	uk: 'Українська',
};

/* Merge dictionaries by language: {fr: {crew: …}, en: {crew: …}}. */
export function addTexts(byLanguage) {
	const merged = { ...held.value };

	for (const [code, spaces] of Object.entries(byLanguage))
		merged[code] = { ...merged[code], ...spaces };
	held.value = merged;
}

/* Some languages have the words of one screen alone: a page is not offered in
 * them. */
function isWhole(code) {
	return Boolean(held.value[code]?.ui);
}

export function languages() {
	return Object.keys(held.value).filter(isWhole);
}

/* The first of the browser's languages that we speak; French otherwise. */
export function preferredLanguage(wanted = navigator.languages) {
	for (const tag of wanted || []) {
		const code = tag.toLowerCase().split('-')[0];

		if (isWhole(code))
			return code;
	}
	return 'fr';
}

/* A language that was chosen stands in the address: see fragment.js. */
export function chosenLanguage() {
	return readFragment().members.get('l');
}

export function chooseLanguage(code) {
	const at = readFragment();

	at.members.set('l', code);
	history.replaceState(history.state, '', makeFragment(at));
	setLanguage(code);
}

export function setLanguage(code) {
	language.value = isWhole(code) ? code : 'fr';
	document.documentElement.lang = language.value;
	document.documentElement.dir = direction.value;
}

function lookUp(code, key) {
	const dot = key.indexOf('.');
	const space = held.value[code] && held.value[code][key.slice(0, dot)];

	return space && space[key.slice(dot + 1)];
}

const rules = new Map();

function pluralOf(code, n) {
	if (!rules.has(code))
		rules.set(code, new Intl.PluralRules(code));
	return rules.get(code).select(n);
}

/* No French line begins with » : ; ! or ?, nor ends with «. */
export function unbroken(text, code = language.value) {
	return code === 'fr'
		? text.replace(/ (?=[»:;!?])/g, '\u00a0').replace(/« /g, '«\u00a0')
		: text;
}

/* The same, in a language other than the page's: a worker's own. */
export function tIn(code, key, values = {}) {
	let text = lookUp(code, key) ?? lookUp('fr', key);

	if (text === undefined) {
		console.error(`no text for ${key} in ${code}`);
		return key;
	}
	if (typeof text === 'object')
		text = text[pluralOf(code, Number(values.n))] ?? text.other;
	return unbroken(text, code).replace(/\{(\w+)\}/g, (whole, name) =>
		values[name] === undefined ? whole : String(values[name]),
	);
}

export function t(key, values) {
	return tIn(language.value, key, values);
}

/* Is there such a text? For words that the agent names by slug. */
export function hasText(key) {
	return (lookUp(language.value, key) ?? lookUp('fr', key)) !== undefined;
}
