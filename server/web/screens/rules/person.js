/* One person's alerts. */
import { html } from '../../../../shared/web/preact.js';
import { duration, stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { href, month } from '../../route.js';
import { can } from '../../state.js';
import { Badge } from '../../parts/badge.js';
import { amount, period } from './say.js';

const LOOKS = {
	error: { look: 'bad', icon: 'circle-alert' },
	law: { look: 'warn', icon: 'triangle-alert' },
	hint: { look: '', icon: 'info' },
};

/* Written out, for whoever looks for the keys. */
function severity(name) {
	return {
		error: t('rules.error'),
		law: t('rules.law'),
		hint: t('rules.hint'),
	}[name];
}

function Measure({ row }) {
	return html`<span class="rules-measure">
		<strong>${amount(row.unit, row.value)}</strong>
		${row.limit > 0 &&
		html`<span class="soft">
			${row.least
				? t('rules.least', { limit: amount(row.unit, row.limit) })
				: t('rules.most', { limit: amount(row.unit, row.limit) })}
		</span>`}
	</span>`;
}

function Ack({ ack }) {
	return html`<p class="rules-ack">
		<${Icon} name="circle-check" />
		<span>
			${t('rules.ackedBy', {
				who: ack.by,
				at: stamp(ack.at, { dateStyle: 'short', timeStyle: 'short' }),
			})}
			<q>${ack.reason}</q>
		</span>
	</p>`;
}

function Alert({ row, chosen, onPick, onAck }) {
	const look = LOOKS[row.severity];
	const id = `rules-${row.id}`;
	const may = can('rules_ack') && !row.ack;

	return html`<li class="rules-alert" data-rule=${row.rule}>
		${may &&
		html`<input
			type="checkbox"
			class="rules-pick screen-only"
			aria-labelledby=${id}
			checked=${chosen}
			onChange=${() => onPick(row.id)}
		/>`}
		<div class="grow" id=${id}>
			<p class="rules-text">
				<${Badge} look=${look.look} icon=${look.icon}>
					${severity(row.severity)}
				<//>
				<span class="rules-name">${row.text}</span>
			</p>
			<p class="rules-facts">
				<span>${period(row)}</span>
				<${Measure} row=${row} />
				<span class="soft small">${row.source}</span>
			</p>
			${row.elsewhere.map(
				(other) => html`<p class="soft small" key=${other.structure}>
					${t('rules.elsewhere', {
						name: other.name || other.structure,
						hours: duration(other.minutes),
					})}
				</p>`,
			)}
			${row.ack && html`<${Ack} ack=${row.ack} />`}
		</div>
		<div class="row screen-only">
			<a class="button" href=${href(['rules', month.value, row.worker, row.week], { in: row.structure })}>
				<${Icon} name="calendar-days" />${t('rules.seeWeek')}
			</a>
			${may &&
			html`<button
				type="button"
				class="button"
				aria-describedby=${id}
				onClick=${() => onAck(row.id)}
			>
				<${Icon} name="check" />${t('rules.ack')}
			</button>`}
		</div>
	</li>`;
}

export function Person({ person, chosen, onPick, onAck }) {
	return html`<section class="card rules-person">
		<h2>
			<bdi>${person.name}</bdi>
			<span class="soft small">
				${person.worker} · ${person.structure_name}
			</span>
		</h2>
		<ul class="rules-list">
			${person.rows.map(
				(row) =>
					html`<${Alert}
						key=${row.id}
						row=${row}
						chosen=${chosen.has(row.id)}
						onPick=${onPick}
						onAck=${onAck}
					/>`,
			)}
		</ul>
	</section>`;
}
