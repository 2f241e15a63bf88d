/* Who may come in at the office's pages, as what, for which structures. */
import { html, useState } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { Answer } from '../parts/answer.js';
import { Head } from '../parts/head.js';
import { Accounts } from './accounts/list.js';
import { NewAccount } from './accounts/new.js';

function Screen() {
	const answer = useAnswer('user/list');
	const [making, setMaking] = useState(false);

	return html`<${Head} title=${t('accounts.title')} text=${t('accounts.help')}>
			<button
				type="button"
				class="button button-main"
				onClick=${() => setMaking(true)}
			>
				<${Icon} name="user-plus" />${t('accounts.add')}
			</button>
		<//>
		<${Answer} of=${answer}>
			${({ rows }) => html`<${Accounts} accounts=${rows} />`}
		<//>
		${making && html`<${NewAccount} onClose=${() => setMaking(false)} />`}`;
}

export const accountsScreen = {
	id: 'accounts',
	icon: 'user-cog',
	title: 'accounts.title',
	right: 'accounts',
	group: 'office',
	Screen,
};
