/*
 * Documents: what leaves the office as files, each with what is in it, and
 * the log of what left before. '#/documents/2026-11?tab=log'.
 */
import { html } from '../../../shared/web/preact.js';
import { monthName } from '../../../shared/web/format.js';
import { t } from '../../../shared/web/i18n.js';
import { month, query, setQuery } from '../route.js';
import { can } from '../state.js';
import { Head } from '../parts/head.js';
import { Tabs } from '../parts/tabs.js';
import { Audit, Kind } from './documents/kind.js';
import { Log } from './documents/log.js';

/* In the order of a month: what it was, who signed it, what follows. */
const KINDS = [
	{
		id: 'report',
		right: 'export_hours',
		formats: ['xlsx', 'csv', 'pdf'],
		by: ['worker', 'site', 'crew', 'activity', 'structure'],
	},
	{
		id: 'sheets',
		right: 'export_hours',
		formats: ['pdf'],
		by: ['worker', 'crew'],
	},
	{
		id: 'payroll',
		right: 'export_payroll',
		formats: ['csv', 'xlsx'],
		columns: true,
	},
	{ id: 'asp', right: 'export_asp', formats: ['txt', 'csv', 'xlsx'] },
	{
		id: 'fse',
		right: 'export_fse',
		formats: ['pdf', 'csv', 'xlsx'],
		project: true,
	},
];

function Documents() {
	const tab = query('tab') === 'log' ? 'log' : 'make';
	const tabs = [
		{ id: 'make', label: t('documents.make') },
		{ id: 'log', label: t('documents.log') },
	];

	return html`<${Head}
			title=${t('documents.title')}
			text=${t('documents.help', { month: monthName(month.value) })}
		/>
		<${Tabs}
			label=${t('documents.title')}
			tabs=${tabs}
			at=${tab}
			onChange=${(id) => setQuery({ tab: id === 'make' ? '' : id })}
		>
			${tab === 'log'
				? html`<${Log} />`
				: html`${KINDS.filter((kind) => can(kind.right)).map(
							(kind) =>
								html`<${Kind} key=${kind.id} kind=${kind} />`,
						)}
						${can('export_audit') && html`<${Audit} />`}`}
		<//>`;
}

export const documentsScreen = {
	id: 'documents',
	icon: 'files',
	title: 'documents.title',
	right: 'export_hours export_payroll export_asp export_fse',
	group: 'files',
	month: true,
	structure: true,
	Screen: Documents,
};
