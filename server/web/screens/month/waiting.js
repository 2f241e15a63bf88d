/* Who has not signed, or signed something else than what stands now. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { href, month } from '../../route.js';
import { Badge } from '../../parts/badge.js';

const LOOKS = { none: '', stale: 'late', disagree: 'clash' };

export function Waiting({ row }) {
	/* Who does not agree has signed. */
	const no = row.waiting.filter((one) => one.state === 'disagree').length;
	const unsigned = row.waiting.length - no;
	const said = [
		unsigned > 0 && t('month.people', { n: unsigned }),
		no > 0 && t('month.disagree', { n: no }),
	].filter(Boolean);

	return html`<details class="month-more">
		<summary>
			<strong>${t('month.waiting')}</strong> ${said.join(', ')}
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
