/* The list of laptops; one of them opens at the side. */
import { html, useState } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { query } from '../../route.js';
import { Badge } from '../../parts/badge.js';
import { Empty } from '../../parts/empty.js';
import { Choice, Filters, Search, holds } from '../../parts/filters.js';
import { Sided } from '../../parts/panel.js';
import { Table } from '../../parts/table.js';
import { Laptop } from './laptop.js';
import {
	State,
	isWrong,
	seenText,
	skewText,
	stateOf,
	unsentText,
} from './words.js';

const STATES = ['well', 'silent', 'lost', 'suspended', 'revoked'];
/* What is to be looked at comes first. */
const ORDER = { lost: 0, silent: 1, suspended: 2, well: 3, revoked: 4 };

const keyOf = (device) => `${device.structure}/${device.device}`;

function columns(onOpen) {
	return [
		{
			id: 'name',
			label: t('devices.name'),
			head: true,
			sort: (row) => row.name,
			cell: (row) =>
				html`<button
					type="button"
					class="button button-quiet table-name"
					onClick=${() => onOpen(keyOf(row))}
				>
					<bdi>${row.name}</bdi>
				</button>`,
		},
		{
			id: 'state',
			label: t('devices.state'),
			sort: (row) => ORDER[stateOf(row)],
			cell: (row) => html`<${State} device=${row} />`,
		},
		{
			id: 'crews',
			label: t('devices.crews'),
			sort: (row) => row.crew_names.join(', '),
			cell: (row) => row.crew_names.join(', '),
		},
		{
			id: 'seen',
			label: t('devices.seen'),
			sort: (row) => row.last_seen,
			cell: (row) => seenText(row),
		},
		{
			id: 'unsent',
			label: t('devices.unsent'),
			num: true,
			sort: (row) => row.unsent ?? -1,
			cell: (row) => unsentText(row),
		},
		{
			id: 'clock',
			label: t('devices.clock'),
			sort: (row) => Math.abs(row.skew_s ?? 0),
			cell: (row) =>
				isWrong(row)
					? html`<${Badge} look="bad" icon="alarm-clock">
							${skewText(row)}
						<//>`
					: skewText(row),
		},
		{
			id: 'version',
			label: t('devices.version'),
			sort: (row) => row.version,
			cell: (row) => row.version,
		},
	];
}

function wanted(device) {
	const words = [device.name, device.device, ...device.crew_names].join(' ');

	return (
		(!query('state') || stateOf(device) === query('state')) &&
		(!query('q') || holds(words, query('q')))
	);
}

export function Laptops({ devices, onEnrol, onReplace }) {
	const [open, setOpen] = useState('');
	const chosen = devices.find((one) => keyOf(one) === open);
	const rows = devices
		.filter(wanted)
		.sort((a, b) => ORDER[stateOf(a)] - ORDER[stateOf(b)]);

	if (devices.length === 0)
		return html`<${Empty}
			icon="laptop"
			title=${t('devices.none')}
			text=${t('devices.noneHelp')}
		>
			<button type="button" class="button button-main" onClick=${onEnrol}>
				${t('devices.enrol')}
			</button>
		<//>`;
	return html`<${Filters}>
			<${Choice}
				name="state"
				label=${t('devices.state')}
				options=${STATES.map((value) => ({
					value,
					label: t(`devices.state_${value}`),
				}))}
			/>
			<${Search} name="q" />
		<//>
		<${Sided}
			panel=${chosen &&
			html`<${Laptop}
				key=${open}
				device=${chosen}
				onReplace=${() => onReplace(chosen)}
				onClose=${() => setOpen('')}
			/>`}
		>
			<${Table}
				caption=${t('devices.caption')}
				hidden=${true}
				columns=${columns(setOpen)}
				rows=${rows}
				keyOf=${keyOf}
			/>
		<//>`;
}
