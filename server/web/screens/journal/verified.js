/*
 * What the log is worth: verified anew from its first place on, when it is
 * asked for, because it takes a while on a large office.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { number } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { get } from '../../ask.js';
import { structure } from '../../route.js';
import { complain } from '../../state.js';
import { Strip } from '../../parts/strip.js';

const VERIFY_WAIT_MS = 300000;

function Line({ row }) {
	return html`<p>
		<strong><bdi>${row.structure === '_' ? t('journal.common') : row.structure}</bdi></strong>
		${' – '}
		${row.ok
			? t('journal.verified', { n: row.n, m: number(row.entries) })
			: t('journal.broken', { n: row.broken, why: row.why })}
		${row.absent > 0 && ` ${t('journal.absent', { n: row.absent })}`}
	</p>`;
}

export function Verified() {
	const [state, setState] = useState({ of: '', rows: null, busy: false });
	const mine = state.of === structure.value ? state : { rows: null };

	async function verify() {
		if (state.busy)
			return;
		const of = structure.value;

		setState({ of, rows: null, busy: true });
		const { data, error } = await get(
			'journal/verify',
			of ? { structure: of } : {},
			VERIFY_WAIT_MS,
		);

		if (error)
			complain(error);
		setState({ of, rows: data ? data.rows : null, busy: false });
	}

	const broken = mine.rows?.some((row) => !row.ok);

	return html`<div aria-live="polite">
		<${Strip}
			look=${mine.rows ? (broken ? 'bad' : 'good') : ''}
			icon=${mine.rows ? undefined : 'scroll-text'}
		>
			<div class="row">
				<div class="grow stack">
					${mine.rows
						? mine.rows.map(
								(row) => html`<${Line} key=${row.structure} row=${row} />`,
							)
						: html`<p>${t('journal.verifyHelp')}</p>`}
				</div>
				<button
					type="button"
					class="button screen-only"
					aria-disabled=${state.busy ? 'true' : undefined}
					onClick=${verify}
				>
					<${Icon} name="refresh-cw" />
					${state.busy ? t('journal.verifying') : t('journal.verify')}
				</button>
			</div>
		<//>
	</div>`;
}
