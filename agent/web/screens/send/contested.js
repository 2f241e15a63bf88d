/* Two people noted different things: both stand, the office decides. */
import { html, useEffect, useState } from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { dayShort } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { complain, slotName, status } from '../../state.js';
import { personName, siteName, valueText } from '../crew/model.js';

function Value({ value }) {
	return html`<li class="card">
		<p>
			<strong>
				${value.kind === 'void' ? t('send.cancelled') : valueText(value)}
			</strong>
			${value.site && ` · ${siteName(value.site)}`}
			${value.activity && ` · ${value.activity}`}
		</p>
		<p class="small soft">
			${t('send.by', {
				person: personName(value.person),
				device: value.device_name || value.device,
			})}
		</p>
	</li>`;
}

export function Contested() {
	const [rows, setRows] = useState(null);
	const n = status.value?.contested;

	useEffect(() => {
		void api
			.get('conflicts')
			.then(({ data, error }) =>
				data ? setRows(data.rows) : complain(error),
			);
	}, [n]);
	return html`<section class="stack" aria-labelledby="send-contested">
		<h2 id="send-contested">${t('send.contestedTitle')}</h2>
		<p>${t('send.contestedHelp')}</p>
		<ul class="stack send-plain">
			${(rows || []).map(
				(row) =>
					html`<li key=${row.id} class="strip strip-clash">
						<div class="grow stack">
							<p>
								<strong>${row.name}</strong>
								${` · ${dayShort(row.day)} · ${slotName(row.slot)}`}
							</p>
							<ul class="send-values">
								${row.values.map(
									(value) =>
										html`<${Value}
											key=${value.hash}
											value=${value}
										/>`,
								)}
							</ul>
						</div>
					</li>`,
			)}
		</ul>
	</section>`;
}
