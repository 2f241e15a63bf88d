/*
 * The journal: who did what, before and after, out of the log itself. Its
 * filters are in the address: '#/journal?action=close&worker=V01&tab=access'.
 */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { query, setQuery } from '../route.js';
import { Head } from '../parts/head.js';
import { Tabs } from '../parts/tabs.js';
import { Accesses } from './journal/accesses.js';
import { Acts } from './journal/acts.js';

function Journal() {
	const tabs = [
		{ id: 'acts', label: t('journal.tabActs') },
		{ id: 'access', label: t('journal.tabAccess') },
	];
	const at = query('tab') === 'access' ? 'access' : 'acts';

	return html`<${Head} title=${t('journal.title')} text=${t('journal.help')} />
		<${Tabs}
			label=${t('journal.title')}
			tabs=${tabs}
			at=${at}
			onChange=${(id) => setQuery({ tab: id === 'acts' ? '' : id })}
		>
			${at === 'acts'
				? html`<${Acts} />`
				: html`<${Accesses} />`}
		<//>`;
}

export const journalScreen = {
	id: 'journal',
	icon: 'scroll-text',
	title: 'journal.title',
	right: 'journal',
	group: 'office',
	structure: true,
	Screen: Journal,
};
