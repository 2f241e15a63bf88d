// What laptops with PouchDB do at the end of a day: each has its rows in a
// database of its own (in memory: nothing of it is measured) and replicates it
// to the server, some at the same time.
//
//	node pouch.mjs URL LAPTOPS ROWS HANDS
//
// {"entries","seconds"}: from the first replication's start to the last one's
// end. The packages are looked up where the script is started.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const [url, ...numbers] = process.argv.slice(2);
const [laptops, rows, hands] = numbers.map(Number);
const first = Number(process.env.FIRST ?? 0);

// The members of an entry, and of its set what a row would need by itself.
function row(laptop, place) {
	const day = 1 + (place >> 1) % 28;
	return {
		_id: randomUUID(),
		kind: "hours",
		structure: `S${laptop % 40}`,
		worker: `S${laptop % 40}-${laptop}-${place % 12}`,
		day: `2026-10-${String(day).padStart(2, "0")}`,
		slot: place % 2 ? "pm" : "am",
		minutes: 210,
		hours: "work",
		site: `S${laptop % 40}-C1`,
		by: `laptop-${laptop}`,
		at: "2026-10-14T16:31:02Z",
	};
}

async function prepare(laptop) {
	const db = new PouchDB(`laptop-${first + laptop}`, { adapter: "memory" });
	await db.bulkDocs(
		Array.from({ length: rows }, (_, i) => row(first + laptop, i)));
	return db;
}

async function hand(waiting) {
	for (let db = waiting.pop(); db; db = waiting.pop()) {
		const done = await db.replicate.to(url, { batch_size: rows });
		if (done.docs_written !== rows)
			throw new Error(`${done.docs_written} of ${rows} rows`);
	}
}

const waiting = [];
for (let i = 0; i < laptops; i++) waiting.push(await prepare(i));
const start = performance.now();
await Promise.all(Array.from({ length: hands }, () => hand(waiting)));
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ entries: laptops * rows, seconds }));
process.exit(0);
