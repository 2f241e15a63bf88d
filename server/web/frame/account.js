/* Who is here, the password, the language, and the way out. */
import { html, useState } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { LanguageSwitch } from '../../../shared/web/languages.js';
import { href } from '../route.js';
import { logOut, session } from '../state.js';

/* 'direction', 'rh'…: words of the office's own. */
export function roleName(role) {
	return t(`frame.role_${role}`);
}

function Menu({ onClose }) {
	const { name, login, role, structures, version } = session.value;

	return html`<${Dialog} title=${t('frame.you', { name })} onClose=${onClose}>
		<p>
			${t('frame.youAs', { login, role: roleName(role) })}
			${structures.includes('*')
				? ''
				: ` ${t('frame.youSee', { structures: structures.join(', ') })}`}
		</p>
		<a
			class="button button-wide menu-line"
			href=${href(['password'])}
			onClick=${onClose}
		>
			<${Icon} name="key-round" />${t('password.title')}
		</a>
		<button
			type="button"
			class="button button-wide menu-line"
			onClick=${() => void logOut()}
		>
			<${Icon} name="log-out" />${t('frame.logOut')}
		</button>
		<${LanguageSwitch} />
		<p class="small soft">${t('frame.version', { version })}</p>
	<//>`;
}

export function AccountButton() {
	const [open, setOpen] = useState(false);

	return html`<button
			type="button"
			class="head-who button"
			onClick=${() => setOpen(true)}
		>
			<${Icon} name="user" />
			<span class="head-name">
				<span class="visually-hidden">${t('frame.account')}</span>
				<bdi>${session.value.name}</bdi>
			</span>
		</button>
		${open && html`<${Menu} onClose=${() => setOpen(false)} />`}`;
}
