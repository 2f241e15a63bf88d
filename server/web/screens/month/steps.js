/*
 * How far a month has come: four steps, each done, to be done, or to be done
 * again because something changed. A word and an icon say it, not the colour.
 */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { number, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { byText, ofTotal, personName } from './words.js';

const ICONS = { done: 'circle-check', again: 'refresh-cw', todo: 'circle-dashed' };

function lastVersion(row) {
	return row.versions.find((one) => one.hash === row.closing);
}

function checkedStep(row) {
	if (!row.checked)
		return { how: row.version > 0 ? 'none' : 'todo', text: '' };
	if (row.checked.stale && row.version === 0)
		return { how: 'again', text: t('month.changedSince', { at: stamp(row.checked.at) }) };
	return { how: 'done', text: byText(row.checked) };
}

function signedStep(row) {
	const { total, done, disagree, stale } = row.signoffs;
	const parts = [t('month.signedOf', { n: ofTotal(done, total) })];

	if (stale > 0)
		parts.push(t('month.stale', { n: stale }));
	if (disagree > 0)
		parts.push(t('month.disagree', { n: disagree }));
	return {
		how: total > 0 && done === total ? 'done' : stale > 0 ? 'again' : 'todo',
		text: total > 0 ? parts.join(' · ') : '',
	};
}

function closedStep(row) {
	const told = lastVersion(row);

	if (row.version === 0)
		return { how: 'todo', text: '' };
	return {
		how: 'done',
		text: [
			t('month.version', { n: number(row.version) }),
			told && byText(told),
			told?.second &&
				t('month.reopenedBy', {
					first: personName(told.first),
					second: personName(told.second),
				}),
			told?.exception && t('month.exception', { reason: told.exception }),
		]
			.filter(Boolean)
			.join(' · '),
	};
}

function declaredStep(row) {
	if (!row.declared)
		return { how: 'todo', text: '' };
	return row.declared.current
		? { how: 'done', text: byText(row.declared) }
		: { how: 'again', text: t('month.declaredOther') };
}

export function Steps({ row }) {
	const steps = [
		['checked', checkedStep(row)],
		['signed', signedStep(row)],
		['closed', closedStep(row)],
		['declared', declaredStep(row)],
	];

	return html`<ol class="month-steps">
		${steps.map(
			([id, { how, text }]) => html`<li
				key=${id}
				class=${`month-step month-step-${how}`}
			>
				<${Icon} name=${ICONS[how] || 'minus'} />
				<span class="month-step-name">${t(`month.step_${id}`)}</span>
				<span class="visually-hidden">${`: ${t(`month.how_${how}`)}`}</span>
				${text && html`<span class="month-step-text small">${text}</span>`}
			</li>`,
		)}
	</ol>`;
}
