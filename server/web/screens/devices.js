/*
 * The laptops: how each is, what the office is warned of, what was set aside.
 * '#/devices?tab=aside'.
 */
import { html, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { query, setQuery, structure } from '../route.js';
import { Answer } from '../parts/answer.js';
import { Head } from '../parts/head.js';
import { Tabs } from '../parts/tabs.js';
import { Alerts } from './devices/alerts.js';
import { Aside } from './devices/aside.js';
import { Enrol } from './devices/enrol.js';
import { Laptops } from './devices/laptops.js';

/* What is of the structure that was chosen in the header. */
function here(rows) {
	return rows.filter(
		(one) => !structure.value || one.structure === structure.value,
	);
}

function Views({ devices, alerts, aside, onEnrol, onReplace }) {
	const tabs = [
		{ id: 'all', label: t('devices.tabAll'), count: devices.length },
		{ id: 'alerts', label: t('devices.tabAlerts'), count: alerts.length },
		{ id: 'aside', label: t('devices.tabAside'), count: aside.total },
	];
	const at = tabs.some((one) => one.id === query('tab'))
		? query('tab')
		: 'all';

	return html`<${Tabs}
		label=${t('devices.title')}
		tabs=${tabs}
		at=${at}
		onChange=${(id) => setQuery({ tab: id === 'all' ? '' : id })}
	>
		${at === 'all' &&
		html`<${Laptops}
			devices=${devices}
			onEnrol=${onEnrol}
			onReplace=${onReplace}
		/>`}
		${at === 'alerts' && html`<${Alerts} alerts=${alerts} />`}
		${at === 'aside' && html`<${Aside} aside=${aside} />`}
	<//>`;
}

function Devices() {
	const devices = useAnswer('device/list');
	const alerts = useAnswer('alerts');
	const aside = useAnswer('quarantine/list', { structure: structure.value });
	/* {} for a new one, {device} for one that is to be replaced. */
	const [enrolling, setEnrolling] = useState(null);

	return html`<${Head} title=${t('devices.title')} text=${t('devices.help')}>
			<button
				type="button"
				class="button button-main"
				onClick=${() => setEnrolling({})}
			>
				<${Icon} name="plus" />${t('devices.enrol')}
			</button>
		<//>
		<${Answer} of=${devices}>
			${(all) =>
				html`<${Answer} of=${alerts}>
					${(warned) =>
						html`<${Answer} of=${aside}>
							${(kept) =>
								html`<${Views}
									devices=${here(all.devices)}
									alerts=${here(warned.rows)}
									aside=${kept}
									onEnrol=${() => setEnrolling({})}
									onReplace=${(device) => setEnrolling({ device })}
								/>`}
						<//>`}
				<//>`}
		<//>
		${enrolling &&
		html`<${Enrol}
			device=${enrolling.device}
			known=${devices.data?.devices || []}
			onClose=${() => setEnrolling(null)}
		/>`}`;
}

export const devicesScreen = {
	id: 'devices',
	icon: 'laptop',
	title: 'devices.title',
	right: 'devices',
	group: 'office',
	structure: true,
	Screen: Devices,
};
