/* The list of accounts; one of them opens at the side. */
import { html, useState } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useLists } from '../../ask.js';
import { Empty } from '../../parts/empty.js';
import { Choice, Filters, Search, holds } from '../../parts/filters.js';
import { Sided } from '../../parts/panel.js';
import { Table } from '../../parts/table.js';
import { query } from '../../route.js';
import { Account } from './one.js';
import {
	ROLES,
	State,
	isOwn,
	roleTitle,
	seenText,
	structuresText,
} from './words.js';

/* Whom one waits for first, who is gone last. */
const ORDER = { invited: 0, ready: 1, disabled: 2 };

function columns(lists, onOpen) {
	return [
		{
			id: 'name',
			label: t('accounts.name'),
			head: true,
			sort: (row) => row.name,
			cell: (row) =>
				html`<button
						type="button"
						id=${`account-${row.login}`}
						class="button button-quiet table-name"
						onClick=${() => onOpen(row.login)}
					>
						<bdi>${row.name}</bdi>
					</button>
					${isOwn(row) &&
					html`<span class="accounts-you"> ${t('accounts.you')}</span>`}`,
		},
		{
			id: 'login',
			label: t('accounts.login'),
			sort: (row) => row.login,
			cell: (row) => html`<bdi>${row.login}</bdi>`,
		},
		{
			id: 'role',
			label: t('accounts.role'),
			sort: (row) => roleTitle(row.role),
			cell: (row) => roleTitle(row.role),
		},
		{
			id: 'structures',
			label: t('accounts.structures'),
			sort: (row) => structuresText(row, lists),
			cell: (row) => structuresText(row, lists),
		},
		{
			id: 'state',
			label: t('accounts.state'),
			sort: (row) => ORDER[row.state],
			cell: (row) => html`<${State} account=${row} />`,
		},
		{
			id: 'seen',
			label: t('accounts.seen'),
			sort: (row) => row.seen || '',
			cell: (row) => seenText(row),
		},
	];
}

function wanted(account) {
	return (
		(!query('role') || account.role === query('role')) &&
		(!query('state') || account.state === query('state')) &&
		(!query('q') || holds(`${account.name} ${account.login}`, query('q')))
	);
}

export function Accounts({ accounts }) {
	const lists = useLists();
	const [open, setOpen] = useState('');
	const chosen = accounts.find((one) => one.login === open);
	const rows = accounts
		.filter(wanted)
		.sort((a, b) => ORDER[a.state] - ORDER[b.state]);

	return html`<${Filters}>
			<${Choice}
				name="role"
				label=${t('accounts.role')}
				options=${ROLES.map((value) => ({
					value,
					label: roleTitle(value),
				}))}
			/>
			<${Choice}
				name="state"
				label=${t('accounts.state')}
				options=${Object.keys(ORDER).map((value) => ({
					value,
					label: t(`accounts.state_${value}`),
				}))}
			/>
			<${Search} name="q" />
		<//>
		<${Sided}
			panel=${chosen &&
			html`<${Account}
				key=${open}
				account=${chosen}
				lists=${lists}
				onClose=${() => setOpen('')}
			/>`}
		>
			${rows.length === 0
				? html`<${Empty}
						icon="search"
						title=${t('accounts.noneFound')}
					/>`
				: html`<${Table}
						caption=${t('accounts.caption')}
						hidden=${true}
						columns=${columns(lists, setOpen)}
						rows=${rows}
						keyOf=${(row) => row.login}
						rowClass=${(row) =>
							row.login === open
								? 'accounts-row accounts-open'
								: 'accounts-row'}
					/>`}
		<//>`;
}
