/*
 * Personal data: a worker's own extract, what is past its period and its
 * destruction, what is held, what was run. '#/rgpd?tab=due'.
 */
import { html } from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { query, setQuery } from '../route.js';
import { Head } from '../parts/head.js';
import { Tabs } from '../parts/tabs.js';
import { Due } from './rgpd/due.js';
import { Extract } from './rgpd/extract.js';
import { Holds } from './rgpd/holds.js';
import { Runs } from './rgpd/runs.js';

const VIEWS = { extract: Extract, due: Due, holds: Holds, runs: Runs };

function Rgpd() {
	const at = query('tab') in VIEWS ? query('tab') : 'extract';
	const View = VIEWS[at];

	return html`<${Head} title=${t('rgpd.title')} text=${t('rgpd.help')} />
		<${Tabs}
			label=${t('rgpd.title')}
			tabs=${Object.keys(VIEWS).map((id) => ({
				id,
				label: t(`rgpd.tab_${id}`),
			}))}
			at=${at}
			onChange=${(id) => setQuery({ tab: id === 'extract' ? '' : id })}
		>
			<${View} />
		<//>`;
}

export const rgpdScreen = {
	id: 'rgpd',
	icon: 'shield',
	title: 'rgpd.title',
	right: 'rgpd',
	group: 'office',
	structure: true,
	Screen: Rgpd,
};
