/*
 * Fonts without their hints: web_fonts.cjs FROM TO NAME...
 *
 * Hints are for screens without smoothing and are four tenths of the bytes;
 * every glyph stays. Run by cmake/web.cmake, NODE_PATH being the node_modules.
 */
const fs = require('fs');
const path = require('path');
const subset = require('subset-font');

async function main([from, to, ...names]) {
	fs.mkdirSync(to, { recursive: true });
	for (const name of names) {
		const font = fs.readFileSync(path.join(from, name));
		const made = await subset(font, undefined, {
			keepAllGlyphs: true,
			noHinting: true,
			targetFormat: 'woff2',
		});

		fs.writeFileSync(path.join(to, name), made);
	}
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
