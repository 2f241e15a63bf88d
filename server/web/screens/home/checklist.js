/* A new office, step by step: what is there is ticked, the next step leads on. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { href } from '../../route.js';
import { can } from '../../state.js';

/* ${later}: an office works without it for a while. */
const STEPS = [
	{ name: 'structures' },
	{ name: 'annexes', later: true },
	{ name: 'sites' },
	{ name: 'crews' },
	{ name: 'workers' },
	{ name: 'supervisors' },
	{ name: 'skills', later: true },
	{ name: 'contracts', later: true },
	{ name: 'laptops', to: ['devices'], right: 'devices' },
];

/* Set up as long as a step that nobody works without is missing. */
export function isNew(setup) {
	return STEPS.some((step) => !step.later && setup[step.name] === 0);
}

function hrefOfStep(step) {
	return step.to ? href(step.to) : href(['import', step.name]);
}

function Step({ step, n, isNext }) {
	const done = n > 0;

	return html`<li
		class=${done ? 'home-step home-step-done' : 'home-step'}
		aria-current=${isNext ? 'step' : undefined}
	>
		<${Icon} name=${done ? 'circle-check' : 'circle'} />
		<div class="home-text">
			<p class="home-step-name">
				${t(`home.step_${step.name}`)}
				${!done &&
				step.later &&
				html`<span class="soft small"> (${t('home.later')})</span>`}
			</p>
			<p class="small soft">
				${done
					? t('home.there', { n, number: number(n) })
					: t(`home.why_${step.name}`)}
			</p>
		</div>
		${can(step.right || 'import') &&
		html`<a
			class=${isNext ? 'button button-main' : 'button'}
			href=${hrefOfStep(step)}
		>
			${t(done ? 'home.more' : 'home.do')}
			<span class="visually-hidden">${t(`home.step_${step.name}`)}</span>
		</a>`}
	</li>`;
}

export function Checklist({ setup }) {
	const next = STEPS.find((step) => setup[step.name] === 0);
	const done = STEPS.filter((step) => setup[step.name] > 0).length;

	return html`<section class="card stack" aria-labelledby="home-setup">
		<h2 id="home-setup">${t('home.setup')}</h2>
		<p>${t('home.setupText')}</p>
		<div class="home-progress">
			<progress
				aria-label=${t('home.progress')}
				max=${STEPS.length}
				value=${done}
			></progress>
			<span class="small soft">
				${t('home.progressText', { done, all: STEPS.length })}
			</span>
		</div>
		<ol class="home-steps">
			${STEPS.map(
				(step) =>
					html`<${Step}
						key=${step.name}
						step=${step}
						n=${setup[step.name]}
						isNext=${step === next}
					/>`,
			)}
		</ol>
	</section>`;
}
