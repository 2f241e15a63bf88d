/* The four steps, and "not assessed", which is an answer too. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';

const STEPS = [1, 2, 3, 4];

/* As many marks as steps: the step is seen without reading. */
function Marks({ level }) {
	return html`<span class="skills-marks" aria-hidden="true">
		${STEPS.map(
			(step) =>
				html`<span
					key=${step}
					class=${step <= level ? 'skills-mark-full' : 'skills-mark'}
				></span>`,
		)}
	</span>`;
}

export function Levels({ level, onChange }) {
	return html`<section class="stack" aria-labelledby="skills-level">
		<h2 id="skills-level">${t('skills.howWell')}</h2>
		<div class="skills-levels">
			${STEPS.map(
				(step) =>
					html`<button
						key=${step}
						type="button"
						class="tile"
						aria-pressed=${level === step}
						onClick=${() => onChange(step)}
					>
						<${Marks} level=${step} />
						${t(`skills.level${step}`)}
					</button>`,
			)}
			<button
				type="button"
				class="tile"
				aria-pressed=${level === 0}
				onClick=${() => onChange(0)}
			>
				${t('skills.level0')}
			</button>
		</div>
	</section>`;
}
