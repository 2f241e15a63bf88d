/* One account: all that is known of it, and what can be done with it. */
import { html, useState } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { Fact } from '../../parts/facts.js';
import { Panel, useRoom } from '../../parts/panel.js';
import { Strip } from '../../parts/strip.js';
import { href } from '../../route.js';
import { AskDisable, AskLink } from './ask.js';
import { Change } from './change.js';
import { State, isOwn, roleTitle, seenText, structuresText } from './words.js';

const DAY = { day: 'numeric', month: 'long', year: 'numeric' };

function Facts({ account, lists }) {
	return html`<dl class="facts">
		<${Fact} label=${t('accounts.login')}><bdi>${account.login}</bdi><//>
		<${Fact} label=${t('accounts.state')}><${State} account=${account} /><//>
		<${Fact} label=${t('accounts.role')}>
			${roleTitle(account.role)}
			<p class="soft">${t(`accounts.may_${account.role}`)}</p>
		<//>
		<${Fact} label=${t('accounts.structures')}>
			${structuresText(account, lists)}
		<//>
		<${Fact} label=${t('accounts.seen')}>
			${seenText(account)}
			${account.seen &&
			html` <span class="soft">(${stamp(account.seen)})</span>`}
		<//>
		<${Fact} label=${t('accounts.made')}>${stamp(account.made, DAY)}<//>
	</dl>`;
}

/* Nobody gives themselves rights, or locks everybody out. */
function Own() {
	return html`<${Strip}><p>${t('accounts.own')}</p><//>
		<div class="row">
			<a class="button" href=${href(['password'])}>
				<${Icon} name="key-round" />${t('password.title')}
			</a>
		</div>`;
}

function Acts({ account, onAsk }) {
	const live = account.state !== 'disabled';

	return html`<div class="row">
		${live &&
		html`<button
			type="button"
			class="button"
			onClick=${() => onAsk('change')}
		>
			<${Icon} name="pencil" />${t('accounts.change')}
		</button>`}
		<button type="button" class="button" onClick=${() => onAsk('link')}>
			<${Icon} name="key-round" />${t(`accounts.link_${account.state}`)}
		</button>
		${live &&
		html`<button
			type="button"
			class="button button-danger"
			onClick=${() => onAsk('disable')}
		>
			<${Icon} name="user-x" />${t('accounts.disable')}
		</button>`}
	</div>`;
}

export function Account({ account, lists, onClose }) {
	const [asking, setAsking] = useState('');
	const close = () => setAsking('');
	const room = useRoom();

	/* Beside the panel, not in it: a link that is shown once outlives a window
	 * that gets narrow. Where the panel is a dialog it makes room. */
	return html`${(room || !asking) &&
		html`<${Panel} title=${account.name} onClose=${onClose}>
			<div class="stack">
				${account.state === 'invited' &&
				html`<${Strip} look="late"><p>${t('accounts.invited')}</p><//>`}
				${account.state === 'disabled' &&
				html`<${Strip}><p>${t('accounts.closed')}</p><//>`}
				<${Facts} account=${account} lists=${lists} />
				${isOwn(account)
					? html`<${Own} />`
					: html`<${Acts} account=${account} onAsk=${setAsking} />`}
			</div>
		<//>`}
		${asking === 'change' &&
		html`<${Change} account=${account} onClose=${close} />`}
		${asking === 'link' &&
		html`<${AskLink} account=${account} onClose=${close} />`}
		${asking === 'disable' &&
		html`<${AskDisable} account=${account} onClose=${close} />`}`;
}
