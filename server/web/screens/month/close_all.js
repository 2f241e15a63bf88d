/* Every structure that is ready, closed in one act; which are not, and why. */
import { html } from '../../../../shared/web/preact.js';
import { monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, again } from '../../ask.js';
import { month, structure } from '../../route.js';
import { say, tell } from '../../state.js';
import { Strip } from '../../parts/strip.js';
import { Ask } from './ask.js';
import { Doubts, Figures, RuleAlerts } from './close_one.js';
import { blockedCount, blockersText } from './words.js';

/* Names in a sentence, and how many others. */
const NAMED = 12;

function Ready({ row }) {
	return html`<li>
		<bdi>${row.name}</bdi>
		<${Doubts} row=${row} />
		<${Figures} row=${row} />
	</li>`;
}

/* All of them at once: the list names the first alone. */
function DoubtsSum({ rows }) {
	const unchecked = rows.filter((row) => row.state === 'open').length;
	const unsigned = rows.reduce(
		(sum, row) => sum + row.signoffs.total - row.signoffs.done,
		0,
	);
	const said = [
		unchecked > 0 && t('month.sumUnchecked', { n: unchecked }),
		unsigned > 0 && t('month.unsigned', { n: unsigned }),
	].filter(Boolean);

	return (
		said.length > 0 &&
		html`<${Strip} look="warn">
			${t('month.doubts', { what: said.join(', ') })}
		<//>`
	);
}

/* What the office did, whether or not all that was ready then still is. */
function tellDone({ closed, refused, changed, already }, rows) {
	const names = (ids) =>
		ids
			.map((id) => rows.find((row) => row.structure === id)?.name || id)
			.join(', ');

	if (changed.length > 0)
		tell(
			t('month.closedChanged', {
				n: closed.length,
				names: names(changed),
			}),
		);
	else if (closed.length === 0 && refused.length === 0)
		tell(t('month.closedAlready', { names: names(already) }));
	else if (refused.length > 0)
		tell(t('month.closedPart', { n: closed.length, left: refused.length }));
	else
		say(t('month.closedCount', { n: closed.length }));
}

export function CloseAll({ rows, onClose }) {
	const ready = rows.filter((row) => row.ready);
	const not = rows.filter((row) => row.version === 0 && blockedCount(row) > 0);

	async function go() {
		const one = structure.value
			? { structure: structure.value, seen: ready[0]?.seen }
			: { seen: ready.map((row) => `${row.structure}=${row.seen}`) };
		const { data, error } = await act(
			'month/close',
			{ month: month.value, ...one },
			{ quiet: true, waitMs: 120000 },
		);

		if (data)
			tellDone(data, rows);
		else if (error.status === 409)
			again();
		return error;
	}

	return html`<${Ask}
		title=${t('month.closeTitle', { month: monthName(month.value) })}
		yes=${t('month.closeReady', { n: ready.length })}
		onYes=${go}
		onClose=${onClose}
	>
		<p>${t('month.closeHelp')}</p>
		<${DoubtsSum} rows=${ready} />
		<${RuleAlerts} of=${structure.value} />
		<ul class="month-list">
			${ready
				.slice(0, NAMED)
				.map((row) => html`<${Ready} key=${row.structure} row=${row} />`)}
			${ready.length > NAMED &&
			html`<li class="soft">
				${t('month.others', { n: ready.length - NAMED })}
			</li>`}
		</ul>
		${not.length > 0 &&
		html`<div>
			<p>${t('month.stayOpen')}</p>
			<ul class="month-list">
				${not.slice(0, NAMED).map(
					(row) => html`<li key=${row.structure}>
						<bdi>${row.name}</bdi>
						<span class="soft">${` — ${blockersText(row.blockers)}`}</span>
					</li>`,
				)}
				${not.length > NAMED &&
				html`<li class="soft">
					${t('month.others', { n: not.length - NAMED })}
				</li>`}
			</ul>
		</div>`}
	<//>`;
}
