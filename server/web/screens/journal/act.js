/* One act, before and after. */
import { html } from '../../../../shared/web/preact.js';
import { dayName, stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { hasText, t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';

const WHEN = {
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit',
};

function slotName(slot) {
	return hasText(`journal.slot_${slot}`) ? t(`journal.slot_${slot}`) : slot;
}

/* "Fatou D., lundi 16 novembre, matin", or the record's own name. A name in
 * another script is a run of its own, which no date beside it tears apart. */
function About({ row }) {
	return html`<span>
		<bdi>${row.worker_name || row.record}</bdi>${row.slot &&
		`, ${dayName(row.day)}, ${slotName(row.slot)}`}
	</span>`;
}

function Values({ row }) {
	if (!row.before_text && !row.after_text)
		return null;
	return html`<p class="journal-values">
		${row.before_text &&
		html`<del>
				<span class="visually-hidden">${t('journal.before')}</span>
				<bdi>${row.before_text}</bdi>
			</del>
			<${Icon} name="arrow-right" />`}
		<ins>
			<span class="visually-hidden">${t('journal.after')}</span>
			<bdi>${row.after_text}</bdi>
		</ins>
	</p>`;
}

function Changes({ changes }) {
	return html`<dl class="journal-changes">
		${changes.map(
			(one) =>
				html`<div key=${one.member}>
					<dt>${one.label}</dt>
					<dd>
						${one.from &&
						html`<del><bdi>${one.from}</bdi></del> <${Icon} name="arrow-right" /> `}
						<ins><bdi>${one.to || t('journal.nothing')}</bdi></ins>
					</dd>
				</div>`,
		)}
	</dl>`;
}

/* A long change of a reference is folded away. */
function What({ row }) {
	if (!row.changes || row.changes.length === 0)
		return html`<${Values} row=${row} />`;
	if (
		row.changes.length <= 4 &&
		row.changes.every((one) => one.from.length + one.to.length < 160)
	)
		return html`<${Changes} changes=${row.changes} />`;
	return html`<details>
		<summary>${t('journal.members', { n: row.changes.length })}</summary>
		<${Changes} changes=${row.changes} />
	</details>`;
}

export function Act({ row }) {
	const by = row.person_name || row.device_name;

	return html`<li class="card journal-act">
		<div class="journal-head">
			<strong>${row.label}</strong>
			<${About} row=${row} />
			${row.purged &&
			html`<${Badge} icon="delete">${t('journal.purged')}<//>`}
			${row.code &&
			html`<${Badge} look="warn" icon="triangle-alert">${row.why}<//>`}
		</div>
		<${What} row=${row} />
		${row.reason && html`<p>${t('journal.reason', { text: '' })}<bdi>${row.reason}</bdi></p>`}
		${row.note && html`<p>${t('journal.note', { text: '' })}<bdi>${row.note}</bdi></p>`}
		<p class="soft small">
			<bdi>${by}</bdi>
			${row.person_name &&
			row.device_name &&
			row.person_name !== row.device_name &&
			html` (<bdi>${row.device_name}</bdi>)`}
			${' · '}
			<time datetime=${row.received}>${stamp(row.received, WHEN)}</time>
			${' · '}${row.structure === '_' ? t('journal.common') : row.structure}${' '}${t('journal.place', { n: row.n })}
			${' · '}
			<code title=${row.hash}>${row.hash.slice(0, 10)}</code>
		</p>
	</li>`;
}
