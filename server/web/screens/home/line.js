/* One thing to do: what it is, what to do about it, by when, and where. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { dayLong, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { hrefOf } from '../../route.js';
import { today } from '../../state.js';

const ICONS = {
	alert_accident: 'siren',
	alert_silent: 'cloud-off',
	alert_clock: 'clock',
	alert_quarantine: 'ban',
	alert_disagree: 'message-square',
	contested: 'triangle-alert',
	newcomers: 'user-plus',
	blanks: 'circle-dashed',
	unsigned: 'pen-line',
	close: 'lock-open',
	late: 'history',
	reopening: 'lock-open',
	declare: 'send',
	declare_again: 'send',
	no_annex: 'file-text',
	annex_end: 'file-text',
};

const LOOKS = { 4: 'bad', 3: 'late', 2: 'warn', 1: '' };

function iconOf(what) {
	if (what.startsWith('care_'))
		return 'calendar-check';
	return ICONS[what] || 'circle-alert';
}

function isDay(text) {
	return /^\d{4}-\d\d-\d\d$/.test(text);
}

/* A deadline of a day, or of a minute (civil time, as the law counts it). */
function dueText(deadline) {
	const day = isDay(deadline) ? dayLong(deadline) : stamp(deadline);

	if (isOver(deadline))
		return t('home.over', { day });
	return deadline === today.value
		? t('home.dueToday')
		: t('home.due', { day });
}

function sinceText(since) {
	return t('home.since', {
		day: isDay(since) ? dayLong(since) : stamp(since),
	});
}

function isOver(deadline) {
	return isDay(deadline)
		? deadline < today.value
		: new Date(deadline) < new Date();
}

/* The office's sentences begin where a line does. */
function capital(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function When({ row }) {
	if (row.deadline)
		return html`<${Badge}
			look=${isOver(row.deadline) ? 'bad' : LOOKS[row.level]}
			icon="calendar"
		>
			${dueText(row.deadline)}
		<//>`;
	return (
		row.since &&
		html`<span class="small soft">${sinceText(row.since)}</span>`
	);
}

export function Line({ row }) {
	return html`<li class=${`home-line home-line-${row.level}`}>
		<${Icon} name=${iconOf(row.what)} />
		<div class="home-text">
			<p>
				<a class="home-link" href=${hrefOf(row.link)}>
					${capital(row.text)}
				</a>
			</p>
			${row.todo && html`<p class="small soft">${capital(row.todo)}.</p>`}
		</div>
		<${When} row=${row} />
	</li>`;
}
