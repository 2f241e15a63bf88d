/* What is signed: the worker's own rows, big, and the question. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { dayName, monthName } from '../../../../shared/web/format.js';
import { Languages } from './languages.js';
import { ReadAloud } from './speech.js';
import { answerText, hoursText, rowText, slotText, tag, tw } from './words.js';

/* [[day, rows]…] in the order of the sheet, which is the days'. */
function byDay(rows) {
	const days = new Map();

	for (const row of rows)
		days.set(row.day, [...(days.get(row.day) || []), row]);
	return [...days];
}

function sentences(sheet) {
	const said = [
		`${sheet.name}. ${tw('title', { month: monthName(sheet.month, tag()) })}`,
	];

	for (const [day, rows] of byDay(sheet.rows))
		said.push(
			`${dayName(day, tag())}. ${rows
				.map((row) => {
					const { hours, what } = rowText(row);

					return `${slotText(row.slot)}: ${hours} ${what}`;
				})
				.join('. ')}`,
		);
	said.push(`${tw('total')}: ${hoursText(sheet.payable)}`, tw('question'));
	return said;
}

function Row({ row }) {
	const { hours, what } = rowText(row);
	const odd = row.state !== 'merged';

	return html`<p class=${odd ? 'signoff-row signoff-row-odd' : 'signoff-row'}>
		<span class="signoff-slot">${slotText(row.slot)}</span>
		${odd && html`<${Icon} name="triangle-alert" />`}
		<span>
			${hours && html`<strong><bdi>${hours}</bdi></strong> `}
			<bdi>${what}</bdi>
			${row.activity &&
			html`<span class="signoff-activity"><bdi>${row.activity}</bdi></span>`}
		</span>
	</p>`;
}

function Days({ rows }) {
	return html`<ul class="signoff-days">
		${byDay(rows).map(
			([day, slots]) =>
				html`<li key=${day} class="signoff-day">
					<h2>${dayName(day, tag())}</h2>
					<div class="signoff-slots">
						${slots.map(
							(row) => html`<${Row} key=${row.slot} row=${row} />`,
						)}
					</div>
				</li>`,
		)}
	</ul>`;
}

export function Total({ sheet }) {
	return html`<p class="signoff-total">
		<span>${tw('total')}</span>
		<strong><bdi>${hoursText(sheet.payable)}</bdi></strong>
		<span>${tw('days', { n: sheet.days })}</span>
	</p>`;
}

function Answers({ onAnswer }) {
	return html`<div class="signoff-answers" role="group" aria-label=${tw('question')}>
		<button
			type="button"
			class="button button-main signoff-answer"
			onClick=${() => onAnswer('agree')}
		>
			<${Icon} name="check" big />${tw('agree')}
		</button>
		<button
			type="button"
			class="button signoff-answer"
			onClick=${() => onAnswer('disagree')}
		>
			<${Icon} name="x" big />${tw('disagree')}
		</button>
	</div>`;
}

function Before({ signed }) {
	if (signed.state === 'none')
		return null;
	return html`<p class="strip signoff-before">
		<${Icon} name="info" />
		<span>
			${signed.state === 'stale'
				? tw('stale')
				: tw('already', { answer: answerText(signed.answer) })}
		</span>
	</p>`;
}

export function Read({ sheet, changed, onAnswer, headRef }) {
	return html`<div class="signoff-step">
		<${Languages} />
		<h1 ref=${headRef} tabindex="-1">
			<span class="signoff-name"><bdi>${sheet.name}</bdi></span>
			${tw('title', { month: monthName(sheet.month, tag()) })}
		</h1>
		<div role="alert">
			${changed &&
			html`<p class="strip strip-warn">
				<${Icon} name="rotate-ccw" /><span>${tw('changed')}</span>
			</p>`}
		</div>
		${!changed && html`<${Before} signed=${sheet.signed} />`}
		<${ReadAloud} sentences=${() => sentences(sheet)} />
		${sheet.rows.length === 0
			? html`<p class="card">${tw('nothing')}</p>`
			: html`<${Days} rows=${sheet.rows} />
					<${Total} sheet=${sheet} />
					<p class="signoff-question">${tw('question')}</p>
					<${Answers} onAnswer=${onAnswer} />`}
	</div>`;
}
