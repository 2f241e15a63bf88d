/* Which crews a laptop sees: one box a crew, by structure. */
import { html, useId } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { useLists } from '../../ask.js';
import { Loading } from '../../parts/answer.js';

/* ${of}: of these structures alone; none: of all. */
export function CrewBoxes({ form, of, fault }) {
	const lists = useLists();
	const id = useId();
	const chosen = form.values.crews;

	if (!lists)
		return html`<${Loading} lines=${3} />`;
	const crews = lists.crews.filter(
		(one) => !of?.length || of.includes(one.structure),
	);
	const nameOf = (structure) =>
		lists.structures.find((one) => one.id === structure)?.name || structure;
	const structures = [...new Set(crews.map((one) => one.structure))];

	function toggle(crew, on) {
		form.set('crews', (now) =>
			on ? [...now, crew] : now.filter((one) => one !== crew),
		);
	}

	return html`<div
		role="group"
		aria-labelledby=${id}
		aria-describedby=${fault ? `${id}-fault` : undefined}
	>
		<p id=${id} class="legend">${t('devices.whichCrews')}</p>
		${structures.map(
			(structure) =>
				html`<div key=${structure} class="stack">
					${structures.length > 1 &&
					html`<p class="soft">${nameOf(structure)}</p>`}
					${crews
						.filter((one) => one.structure === structure)
						.map(
							(one) =>
								html`<label key=${one.id} class="devices-crew">
									<input
										type="checkbox"
										checked=${chosen.includes(one.id)}
										onChange=${(event) =>
											toggle(
												one.id,
												event.currentTarget.checked,
											)}
									/>
									<span>${one.name}</span>
								</label>`,
						)}
				</div>`,
		)}
		${fault && html`<p class="field-error" id=${`${id}-fault`}>${fault}</p>`}
	</div>`;
}
