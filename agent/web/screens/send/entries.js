/* Each entry and where it is; what the office set aside, first and why. */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { Icon } from '../../../../shared/web/icon.js';
import { dayShort, stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { complain, slotName } from '../../state.js';

const SHOWN = 50;
const STATES = ['quarantined', 'kept', 'sent', 'received'];
const ICONS = {
	quarantined: 'triangle-alert',
	kept: 'house',
	sent: 'cloud-upload',
	received: 'check-check',
};

function countOf(found, state) {
	return found[state] || 0;
}

function Where({ row }) {
	if (row.fault)
		return html`<span class="send-fault">${row.fault_text}</span>`;
	if (row.sync === 'received')
		return t('send.receipt', { n: row.receipt });
	return t(`send.is_${row.sync}`);
}

/* A laptop that was taken out says nobody's name any more. */
function Entry({ row, nameless }) {
	return html`<li class="send-entry">
		<${Icon} name=${ICONS[row.fault ? 'quarantined' : row.sync]} />
		<div class="grow">
			<p>
				<strong>${(!nameless && row.name) || row.worker}</strong>
				${row.day && ` · ${dayShort(row.day)}`}
				${row.slot && ` · ${slotName(row.slot)}`}
			</p>
			<p>${row.label}</p>
			<p class="small soft">
				${t('send.recorded', { at: stamp(row.at) })} ·${' '}
				<${Where} row=${row} />
			</p>
		</div>
	</li>`;
}

/* Asked again whenever the counts change. */
function useEntries(state, stamps) {
	const [rows, setRows] = useState(null);

	useEffect(() => {
		let wanted = true;

		void api
			.get('entries', { state, limit: SHOWN })
			.then(({ data, error }) => {
				if (!wanted)
					return;
				if (data)
					setRows(data.rows);
				else
					complain(error);
			});
		return () => (wanted = false);
	}, [state, stamps]);
	return rows;
}

export function Entries({ found }) {
	const [chosen, setChosen] = useState(
		STATES.find((state) => countOf(found, state) > 0) || 'received',
	);
	const stamps = STATES.map((state) => countOf(found, state)).join('/');
	const rows = useEntries(chosen, stamps);

	return html`<section class="stack" aria-labelledby="send-entries">
		<h2 id="send-entries">${t('send.entries')}</h2>
		<div class="row">
			${STATES.filter(
				(state) => state !== 'quarantined' || countOf(found, state) > 0,
			).map(
				(state) =>
					html`<button
						key=${state}
						type="button"
						class="button"
						aria-pressed=${chosen === state}
						onClick=${() => setChosen(state)}
					>
						${t(`send.list_${state}`, { n: countOf(found, state) })}
					</button>`,
			)}
		</div>
		${rows && rows.length === 0 && html`<p>${t('send.noEntry')}</p>`}
		${rows &&
		html`<ul class="send-list">
			${rows.map(
				(row) =>
					html`<${Entry}
						key=${row.hash}
						row=${row}
						nameless=${found.revoked}
					/>`,
			)}
		</ul>`}
		${rows &&
		rows.length === SHOWN &&
		html`<p class="soft">${t('send.lastOnly', { n: SHOWN })}</p>`}
	</section>`;
}
