/* The page of one worker: who it is, then hours, skills, path, contracts. */
import { html } from '../../../../shared/web/preact.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { can } from '../../state.js';
import { href, query, setQuery } from '../../route.js';
import { Answer } from '../../parts/answer.js';
import { Badge } from '../../parts/badge.js';
import { Head } from '../../parts/head.js';
import { Tabs } from '../../parts/tabs.js';
import { Contracts } from './contracts.js';
import { Hours } from './hours.js';
import { Path } from './path.js';
import { Skills } from './skills.js';

function current(page) {
	return page.contracts.find((one) => one.current);
}

function under(page) {
	return page.weeks.filter((week) => week.under).length;
}

/* What anybody asks first; what the office has to watch is not printed: a
 * passport is shown to others. */
function Summary({ page }) {
	const contract = current(page);
	const crew = page.crews.find((one) => !one.to || one.to >= page.today);
	const exit = page.exits?.at(-1);
	const lateCount = (page.due || []).filter((row) => row.late).length;
	const until = contract && (contract.real_end || contract.end);

	return html`<div class="row people-summary">
		<${Badge}><bdi>${page.worker}</bdi><//>
		<${Badge} icon="house"><bdi>${page.structure_name}</bdi><//>
		${crew && html`<${Badge} icon="users"><bdi>${crew.name}</bdi><//>`}
		${contract
			? html`<${Badge} look="good" icon="file-text">
					${until
						? t('people.until', { day: dayNumeric(until) })
						: t('people.open')}
				<//>`
			: html`<${Badge} look="warn" icon="file-text">
					${t('people.noContract')}
				<//>`}
		${exit &&
		html`<${Badge} icon="user-x">
			${t('people.leftOn', { day: dayNumeric(exit.day) })}
		<//>`}
		${under(page) > 0 &&
		html`<span class="screen-only">
			<${Badge} look="warn" icon="triangle-alert">
				${t('people.underCount', { n: under(page) })}
			<//>
		</span>`}
		${lateCount > 0 &&
		html`<span class="screen-only">
			<${Badge} look="bad" icon="circle-alert">
				${t('people.lateCount', { n: lateCount })}
			<//>
		</span>`}
	</div>`;
}

function tabsOf(page) {
	const all = [{ id: 'hours', label: t('people.tabHours') }];

	if (page.skills)
		all.push({
			id: 'skills',
			label: t('people.tabSkills'),
			count: page.skills.length,
		});
	if (page.meetings)
		all.unshift({ id: 'path', label: t('people.tabPath') });
	all.push({ id: 'contracts', label: t('people.tabContracts') });
	return all;
}

function Body({ page }) {
	const tabs = tabsOf(page);
	const at = tabs.find((one) => one.id === query('tab')) || tabs[0];

	return html`<${Head} title=${html`<bdi>${page.name}</bdi>`}>
			<a class="button" href=${href(['people'])}>
				<span class="icon-directed"
					><${Icon} name="chevron-left"
				/></span>
				${t('people.back')}
			</a>
			<button
				type="button"
				class="button"
				onClick=${() => window.print()}
			>
				<${Icon} name="printer" />${t('people.print')}
			</button>
		<//>
		<${Summary} page=${page} />
		<div class="people-tabs"><${Tabs}
			label=${t('people.tabs')}
			tabs=${tabs}
			at=${at.id}
			onChange=${(tab) => setQuery({ tab })}
		>
			${at.id === 'path' && html`<${Path} page=${page} />`}
			${at.id === 'hours' && html`<${Hours} page=${page} />`}
			${at.id === 'skills' && html`<${Skills} page=${page} />`}
			${at.id === 'contracts' && html`<${Contracts} page=${page} />`}
		<//></div>
		<p class="print-only small">
			${t('people.printed', { day: dayNumeric(page.today) })}
		</p>`;
}

export function Person({ worker }) {
	const of = query('of');
	const members = { worker, ...(of ? { structure: of } : {}) };
	const job = query('job');
	const full = can('accompany');
	const answer = useAnswer(
		full ? 'person/show' : 'person/card',
		full && job ? { ...members, job } : members,
	);

	return html`<${Answer} of=${answer}>
		${(page) => html`<${Body} page=${page} />`}
	<//>`;
}
