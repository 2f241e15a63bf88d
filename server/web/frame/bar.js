/* The bar of screens: at the side, or in a dialog where there is no room. */
import { html, useEffect, useRef } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { href, month, screenId } from '../route.js';
import { groups, screens } from '../screens.js';
import { can } from '../state.js';

function hrefOfScreen(screen) {
	return href(screen.month ? [screen.id, month.value] : [screen.id]);
}

function Line({ screen, current }) {
	return html`<li>
		<a
			class="bar-line"
			href=${hrefOfScreen(screen)}
			aria-current=${screen.id === current ? 'page' : undefined}
		>
			<${Icon} name=${screen.icon} />${t(screen.title)}
		</a>
	</li>`;
}

function Lines({ current }) {
	return groups.map((group) => {
		const mine = screens.filter(
			(one) => one.group === group && !one.hidden && can(one.right),
		);

		return (
			mine.length > 0 &&
			html`<div key=${group} class="bar-group">
				${group !== 'first' &&
				html`<p class="bar-title">${t(`frame.group_${group}`)}</p>`}
				<ul class="bar-lines">
					${mine.map(
						(one) =>
							html`<${Line}
								key=${one.id}
								screen=${one}
								current=${current}
							/>`,
					)}
				</ul>
			</div>`
		);
	});
}

export function Bar({ current }) {
	const ref = useRef(null);

	/* Where one is stays in sight, in a low window too. */
	useEffect(() => {
		ref.current
			.querySelector('[aria-current]')
			?.scrollIntoView({ block: 'nearest' });
	}, [current]);
	return html`<nav
		class="bar screen-only"
		ref=${ref}
		aria-label=${t('frame.nav')}
	>
		<p class="bar-name"><${Icon} name="check-check" />Pointeau</p>
		<${Lines} current=${current} />
	</nav>`;
}

/* Closed by going somewhere. */
export function BarDialog({ current, onClose }) {
	const from = useRef(screenId.value);
	const now = screenId.value;

	useEffect(() => {
		if (now !== from.current)
			onClose();
	}, [now]);
	return html`<${Dialog} title=${t('frame.nav')} onClose=${onClose}>
		<nav aria-label=${t('frame.nav')}><${Lines} current=${current} /></nav>
	<//>`;
}
