/*
 * What surrounds a screen: the header (day, half-day, crew, how many entries
 * the office has not received) and the bottom bar with the screen's main act.
 */
import { html, signal } from '../../shared/web/preact.js';
import { Icon } from '../../shared/web/icon.js';
import { t } from '../../shared/web/i18n.js';
import { dayLong, dayShort } from '../../shared/web/format.js';
import { CrewDialog } from './frame/crews.js';
import { DayDialog } from './frame/days.js';
import { MenuDialog } from './frame/menu.js';
import { Pill } from './frame/pill.js';
import { Messages } from './frame/messages.js';
import { screens, tabs } from './screens.js';
import {
	crew,
	day,
	go,
	isToday,
	roster,
	screen,
	session,
	slot,
} from './state.js';

/* Which of the frame's dialogs is open: '', 'day', 'crew', 'menu'. */
const open = signal('');

function shut() {
	open.value = '';
}

function DayButton() {
	return html`<button
		type="button"
		class=${isToday.value ? 'bar-day' : 'bar-day bar-day-past'}
		onClick=${() => (open.value = 'day')}
	>
		<${Icon} name="calendar" />
		<span>
			<span class="visually-hidden">
				${dayLong(day.value)}, ${t('frame.chooseDay')}
			</span>
			<bdi aria-hidden="true">${dayShort(day.value)}</bdi>
			${!isToday.value &&
			html`<span class="bar-note">${t('frame.isPast')}</span>`}
		</span>
	</button>`;
}

function HalfDay() {
	return html`<div
		class="bar-slots"
		role="group"
		aria-label=${t('frame.halfDay')}
	>
		${['am', 'pm'].map(
			(name) =>
				html`<button
					key=${name}
					type="button"
					class="bar-slot"
					aria-pressed=${slot.value === name}
					onClick=${() => (slot.value = name)}
				>
					${t(`frame.${name}`)}
				</button>`,
		)}
	</div>`;
}

function CrewButton() {
	const now = crew.value;

	return html`<button
		type="button"
		class="bar-crew"
		onClick=${() => (open.value = 'crew')}
	>
		<span class="visually-hidden">${t('frame.chooseCrew')}</span>
		<span class="bar-crew-name">${now ? now.name || now.crew : '—'}</span>
		<span class="bar-note">${now ? now.site_name || now.site : ''}</span>
	</button>`;
}

function Header() {
	return html`<header class="bar screen-only">
		<a class="bar-skip button" href="#main" onClick=${skip}>
			${t('frame.skip')}
		</a>
		<${DayButton} />
		<${HalfDay} />
		<${CrewButton} />
		<${Pill} />
		<button
			type="button"
			class="bar-menu button-icon"
			aria-label=${t('frame.menu')}
			onClick=${() => (open.value = 'menu')}
		>
			<${Icon} name="user" />
		</button>
	</header>`;
}

/* Not by the address: its fragment is the token. */
function skip(event) {
	event.preventDefault();
	document.getElementById('main').focus();
}

function Nav({ current }) {
	return html`<nav class="tabs" aria-label=${t('frame.nav')}>
		${tabs.map(
			(tab) =>
				html`<button
					key=${tab.id}
					type="button"
					class="tab"
					aria-current=${current === tab.id ? 'page' : undefined}
					onClick=${() => go(tab.id)}
				>
					<${Icon} name=${tab.icon} />
					<span>${t(tab.label)}</span>
				</button>`,
		)}
	</nav>`;
}

function Dialogs() {
	return html`
		${open.value === 'day' && html`<${DayDialog} onClose=${shut} />`}
		${open.value === 'crew' && html`<${CrewDialog} onClose=${shut} />`}
		${open.value === 'menu' && html`<${MenuDialog} onClose=${shut} />`}
	`;
}

export function Frame() {
	const { id, args } = screen.value;
	const { Screen, Action, bare, tab } = screens[id] || screens.crew;
	/* Another person, day or screen starts anew. */
	const key = `${id}/${session.value.who.id}`;

	if (bare)
		return html`<main id="main" tabindex="-1">
			<${Messages} />
			<${Screen} key=${key} ...${args} />
		</main>`;
	return html`<div class="frame">
		<${Header} />
		<main
			id="main"
			class="frame-main"
			tabindex="-1"
			aria-busy=${!roster.value}
		>
			<${Messages} />
			<${Screen} key=${key} ...${args} />
		</main>
		<footer class="foot screen-only">
			<${Nav} current=${tab || id} />
			${Action &&
			html`<div class="foot-act">
				<${Action} key=${key} ...${args} />
			</div>`}
		</footer>
		<${Dialogs} />
	</div>`;
}
