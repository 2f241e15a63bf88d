/* Who has not signed, or signed something else than what stands now. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { href, month } from '../../route.js';
import { Badge } from '../../parts/badge.js';

const LOOKS = { none: '', stale: 'late', disagree: 'clash' };

export function Waiting({ row }) {
	return html`<details class="month-more">
		<summary>
			<strong>${t('month.waiting')}</strong> ${t('month.people', {
				n: row.waiting.length,
			})}
		</summary>
		<ul class="month-blockers">
			${row.waiting.map(
				(one) => html`<li key=${one.worker}>
					<${Badge} look=${LOOKS[one.state]}>
						${t(`month.signoff_${one.state}`)}
					<//>
					<a
						href=${href(['grid', month.value], {
							s: row.structure,
							worker: one.worker,
						})}
					>
						<bdi>${one.name}</bdi>
					</a>
				</li>`,
			)}
		</ul>
	</details>`;
}
