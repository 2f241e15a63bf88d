/* What each kind of note says, in a line or two. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric, duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { labelOf } from './words.js';

export const LINES = {
	meeting: (row, words) =>
		html`<strong>${dayNumeric(row.day)}</strong>${' '}
			${labelOf(words.themes, row.theme)}${row.minutes
				? `, ${duration(row.minutes)}`
				: ''}${row.by && html`, <bdi>${row.by}</bdi>`}
			${row.next &&
			html`<br /><span class="soft"
					>${t('people.nextOn', { day: dayNumeric(row.next) })}</span
				>`}`,
	training: (row) =>
		html`<strong><bdi>${row.title}</bdi></strong>
			${row.provider && html`, <bdi>${row.provider}</bdi>`}
			<br /><span class="soft">
				${row.end
					? t('people.fromTo', {
							from: dayNumeric(row.start),
							to: dayNumeric(row.end),
						})
					: t('people.since', { day: dayNumeric(row.start) })}${row.planned
					? `, ${t('people.doneOf', {
							done: duration(row.done || 0),
							planned: duration(row.planned),
						})}`
					: row.done
						? `, ${duration(row.done)}`
						: ''}
			</span>`,
	pmsmp: (row, words) =>
		html`<strong><bdi>${row.host}</bdi></strong>,${' '}
			${words.objectives.find((one) => one.number === row.objective)
				?.label}
			<br /><span class="soft">
				${t('people.fromTo', {
					from: dayNumeric(row.start),
					to: dayNumeric(row.end),
				})},${' '}
				${row.days && t('people.dayCount', { n: row.days })}${row.tutor &&
				html`, ${t('people.tutor')} <bdi>${row.tutor}</bdi>`}
			</span>`,
	exit: (row, words) =>
		html`<strong>${dayNumeric(row.day)}</strong>${' '}
			${labelOf(words.categories, row.category)}${row.code &&
			html`, <bdi>${row.code}</bdi>`}${' '}
			${row.late &&
			html`<${Badge} look="warn" icon="clock">
				${t('people.enteredLate')}
			<//>`}`,
	followup: (row, words) =>
		html`<strong>${dayNumeric(row.day)}</strong>${' '}
			${labelOf(words.outcomes, row.outcome)}`,
};
