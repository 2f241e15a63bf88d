/* Months to print: one worker's, or those of a whole crew, a page each. */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { monthName } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew as crewNow, loadSession } from '../../state.js';
import { Bar, Paper } from './bar.js';
import { MonthSheet } from './month.js';

async function ask(path, members) {
	const { data, error } = await api.get(path, members);

	if (error?.status === 423)
		void loadSession();
	if (error)
		throw error;
	return data;
}

/* Whose sheets: the one that is named, or everybody of the crew. */
async function peopleOf({ month, worker, structure, crew }) {
	if (worker)
		return [{ worker, structure }];
	const { rows } = await ask('month', { month, crew });

	return rows.filter(
		(row) => !crewNow.value || row.structure === crewNow.value.structure,
	);
}

async function sheetOf(month, { worker, structure }) {
	const sheet = await ask('signoff', { worker, structure, month });
	const place = [sheet.structure, sheet.worker, sheet.month].join('/');
	const text = `pointeau-signoff:${place}:${sheet.sum}`;

	return { sheet, qr: await ask('qr', { text }) };
}

/* {sheets, ready, error}: one after the other, for a slow laptop's sake. */
function useSheets(args) {
	const [found, setFound] = useState({ sheets: [], ready: false, error: null });

	useEffect(() => {
		let wanted = true;

		async function read() {
			const sheets = [];

			for (const person of await peopleOf(args)) {
				if (!wanted)
					return;
				sheets.push(await sheetOf(args.month, person));
			}
			if (wanted)
				setFound({ sheets, ready: true, error: null });
		}

		read().catch((error) => {
			if (wanted)
				setFound({ sheets: [], ready: false, error });
		});
		return () => {
			wanted = false;
		};
	}, []);
	return found;
}

export function MonthSheets(args) {
	const { sheets, ready, error } = useSheets(args);
	return html`<div class="sheets">
		<${Bar}
			title=${t('sheets.monthTitle', { month: monthName(args.month) })}
			ready=${ready && sheets.length > 0}
		/>
		${error &&
		html`<p class="strip strip-bad" role="alert">${error.message}</p>`}
		${!ready && !error && html`<p class="page soft">${t('ui.loading')}</p>`}
		${ready &&
		sheets.length === 0 &&
		html`<p class="page">${t('month.nobody')}</p>`}
		${ready &&
		html`<${Paper}>
			${sheets.map(
				({ sheet, qr }) =>
					html`<${MonthSheet}
						key=${`${sheet.structure}/${sheet.worker}`}
						sheet=${sheet}
						qr=${qr}
					/>`,
			)}
		<//>`}
	</div>`;
}
