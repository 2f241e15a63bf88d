/* How an account is, in words. */
import { html } from '../../../../shared/web/preact.js';
import { ago } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { roleName } from '../../frame/account.js';
import { Badge } from '../../parts/badge.js';
import { who } from '../../state.js';

export const ALL = '*';

/* The rows of server/account/right.c. */
export const ROLES = ['direction', 'rh', 'paie', 'cip', 'devices', 'auditor'];

const STATES = {
	ready: { look: 'good', icon: 'circle-check' },
	invited: { look: 'late', icon: 'clock' },
	disabled: { look: 'bad', icon: 'ban' },
};

export function State({ account }) {
	return html`<${Badge} ...${STATES[account.state]}>
		${t(`accounts.state_${account.state}`)}
	<//>`;
}

/* The frame's word for a role, at the beginning of a line. */
export function roleTitle(role) {
	const name = roleName(role);

	return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

export function seenText(account) {
	return account.seen
		? ago(Math.max(0, (Date.now() - Date.parse(account.seen)) / 1000))
		: t('accounts.never');
}

/* By their names; by what they are called in the lists until those came. */
export function structuresText(account, lists) {
	if (account.structures.includes(ALL))
		return t('accounts.all');
	return account.structures
		.map(
			(id) =>
				lists?.structures.find((one) => one.id === id)?.name || id,
		)
		.join(', ');
}

/* Nobody rules over their own account (server/account/account.c). */
export function isOwn(account) {
	return account.login === who.value?.login;
}

/* May who is here give all structures? */
export function givesAll() {
	return Boolean(who.value?.structures.includes(ALL));
}
