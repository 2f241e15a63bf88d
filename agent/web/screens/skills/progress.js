/*
 * One person's own line: what was seen, when, by whom. Contradictory
 * observations stand side by side; nothing is averaged, nobody is compared.
 */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { dayShort } from '../../../../shared/web/format.js';
import { complain } from '../../state.js';

/* [[label, observations oldest first]…], the latest seen first. */
function bySkill(rows) {
	const groups = new Map();

	for (const row of [...rows].sort((a, b) => (a.day < b.day ? -1 : 1))) {
		if (!groups.has(row.skill))
			groups.set(row.skill, []);
		groups.get(row.skill).push(row);
	}
	return [...groups.values()].sort((a, b) =>
		a[a.length - 1].day < b[b.length - 1].day ? 1 : -1,
	);
}

function Observation({ row }) {
	return html`<li>
		<span class="skills-when">${dayShort(row.day)}</span>
		<strong>${t(`skills.level${row.level || 0}`)}</strong>
		${row.phase > 0 &&
		html`<span class="small"> · ${t(`skills.phase${row.phase}`)}</span>`}
		${row.note && html`<span class="soft"> — ${row.note}</span>`}
	</li>`;
}

function Group({ rows }) {
	return html`<li class="card">
		<h3>${rows[rows.length - 1].label}</h3>
		<ol class="skills-line">
			${rows.map((row) => html`<${Observation} key=${row.hash} row=${row} />`)}
		</ol>
		${rows.length < 3 &&
		html`<p class="soft small">${t('skills.threeEnough')}</p>`}
	</li>`;
}

export function Progress({ worker, structure, onClose }) {
	const [rows, setRows] = useState(null);

	useEffect(() => {
		void api
			.get('skills/list', { worker: worker.worker, structure })
			.then(({ data, error }) =>
				data ? setRows(data.rows) : complain(error),
			);
	}, [worker.worker]);

	return html`<${Dialog}
		wide
		title=${t('skills.lineOf', { name: worker.name })}
		onClose=${onClose}
	>
		${rows && rows.length === 0 && html`<p>${t('skills.noLine')}</p>`}
		${rows &&
		html`<ul class="stack">
			${bySkill(rows).map(
				(group) => html`<${Group} key=${group[0].skill} rows=${group} />`,
			)}
		</ul>`}
	<//>`;
}
