/* Reminders, the late ones first: a sentence and a link each. */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayLong } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { hrefPerson } from './words.js';

const SHOWN = 6;

const ICONS = {
	meeting: 'message-square',
	pmsmp_end: 'hammer',
	contract_end: 'file-text',
	exit_missing: 'user-x',
	followup: 'phone',
};

export function DueList({ rows, nameOf }) {
	const [all, setAll] = useState(false);
	const shown = all ? rows : rows.slice(0, SHOWN);

	if (rows.length === 0)
		return html`<p class="soft">${t('people.nothingDue')}</p>`;
	return html`<ul class="people-due">
			${shown.map(
				(row) =>
					html`<li
						key=${row.what + row.structure + row.worker + row.id}
						class="people-due-row"
					>
						<${Icon} name=${ICONS[row.what] || 'clock'} />
						<span class="grow">
							${nameOf &&
							html`<a class="people-link" href=${hrefPerson(row)}
									><bdi>${nameOf(row)}</bdi></a
								>${' — '}`}${t(`people.what_${row.what}`)},${' '}
							${dayLong(row.day)}
						</span>
						${row.late &&
						html`<${Badge} look="bad" icon="circle-alert">
							${t('people.late')}
						<//>`}
					</li>`,
			)}
		</ul>
		${rows.length > shown.length &&
		html`<button
			type="button"
			class="button screen-only"
			onClick=${() => setAll(true)}
		>
			${t('people.allDue', { n: rows.length })}
		</button>`}`;
}
