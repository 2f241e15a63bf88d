/*
 * What the address says after '#', which no request sends: #a=1&l=en, or with
 * a place of the page before it, #/month/2026-11?s=VERTS&l=en. The browser
 * keeps nothing else, so a reload goes on from here.
 */
export function readFragment(hash = location.hash) {
	const text = hash.replace(/^#/, '');
	const cut = text.indexOf('?');

	if (!text.startsWith('/'))
		return { path: '', members: new URLSearchParams(text) };
	return {
		path: cut < 0 ? text : text.slice(0, cut),
		members: new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1)),
	};
}

export function makeFragment({ path, members }) {
	const query = members.toString();

	if (!path)
		return `#${query}`;
	return query ? `#${path}?${query}` : `#${path}`;
}
