/* What to import: in the order in which a new office needs it. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { href } from '../../route.js';

export function Kinds({ kinds, at }) {
	return html`<nav class="import-kinds" aria-label=${t('import.what')}>
		${kinds.map(
			(kind) =>
				html`<a
					key=${kind.what}
					class="button"
					href=${href(['import', kind.what])}
					aria-current=${kind.what === at ? 'page' : undefined}
				>
					${kind.label}
				</a>`,
		)}
	</nav>`;
}
