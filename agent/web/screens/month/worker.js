/* One worker's month: what is odd, the totals, each day. */
import { batch, html, useState } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { duration, monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { countsSign, useAnswer } from '../../ask.js';
import { back, chosen, go, setDay, slot } from '../../state.js';
import { HistoryDialog } from '../history.js';
import { Days, daysOf } from './days.js';
import { OddList } from './odd.js';
import { Kinds } from './overview.js';
import { SignedStrip } from './signed.js';

/* To the half-day's own form, in the crew it belongs to. */
function openCell(place, day, name) {
	batch(() => {
		if (place.crew)
			chosen.value = { structure: place.structure, crew: place.crew };
		slot.value = name;
	});
	void setDay(day);
	go('crew', { worker: place.worker });
}

function Head({ place, month }) {
	return html`<div class="month-head">
		<button
			type="button"
			class="button-icon"
			aria-label=${t('ui.back')}
			onClick=${back}
		>
			<span class="icon-directed"><${Icon} name="chevron-left" /></span>
		</button>
		<h1 class="grow">
			${place.name}<span class="month-of">${monthName(month)}</span>
		</h1>
		<button
			type="button"
			class="button"
			onClick=${() => go('sheets', { ...place, month })}
		>
			<${Icon} name="printer" />${t('month.print')}
		</button>
	</div>`;
}

function Totals({ sheet }) {
	return html`<p class="card month-totals">
		<span class="big">${duration(sheet.payable)}</span>
		<span>${t('month.payable')}</span>
		<span>${t('month.days', { n: sheet.days })}</span>
		<${Kinds} minutes=${sheet.totals} />
	</p>`;
}

export function Worker({ worker, structure, crew, name, month }) {
	const place = { worker, structure, crew, name };
	const sign = countsSign();
	const sheet = useAnswer('signoff', { worker, structure, month }, sign);
	const whole = useAnswer('month', { month, crew: crew || undefined }, sign);
	const [history, setHistory] = useState(null);
	const row = whole.data?.rows.find(
		(one) => one.worker === worker && one.structure === structure,
	);
	const anomalies = row?.anomalies || [];
	const error = sheet.error || whole.error;

	/* The form is that of a half-day; an extra is read here. */
	function open(day, at) {
		if (at[0] === 'x')
			setHistory({ day, slot: at });
		else
			openCell(place, day, at);
	}

	return html`<div class="month">
		<${Head} place=${place} month=${month} />
		${error &&
		html`<p class="strip strip-bad" role="alert">${error.message}</p>`}
		${row?.closed &&
		html`<p class="strip strip-warn">
			<${Icon} name="lock" /><span>${t('month.closed')}</span>
		</p>`}
		${sheet.data &&
		html`<${SignedStrip} signed=${sheet.data.signed} />
			<${Totals} sheet=${sheet.data} />`}
		<${OddList} anomalies=${anomalies} />
		${sheet.data && whole.data
			? html`<${Days}
					days=${daysOf(sheet.data.rows, anomalies)}
					onOpen=${open}
				/>`
			: !error && html`<p class="soft">${t('ui.loading')}</p>`}
		${history &&
		html`<${HistoryDialog}
			worker=${worker}
			structure=${structure}
			name=${name}
			...${history}
			onClose=${() => setHistory(null)}
		/>`}
	</div>`;
}
