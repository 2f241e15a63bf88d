/* A half-day shared between two sites: two durations, one act. */
import { html, useState } from '../../../../shared/web/preact.js';
import { durationOption, duration } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, slot } from '../../state.js';
import { split } from './acts.js';
import { ActivityField, SiteField } from './fields.js';
import { FORM, Refusal, useAct } from './form.js';
import { isAbsence, isBlank, slotOf, usualOf } from './model.js';

const STEP = 15;

function Share({ minutes, most, label, onChange }) {
	return html`<div class="cell-step" role="group" aria-label=${label}>
		<button
			type="button"
			class="button"
			aria-label=${t('cell.lessName')}
			disabled=${minutes <= STEP}
			onClick=${() => onChange(minutes - STEP)}
		>
			<${Icon} name="minus" /><bdi>${t('cell.less')}</bdi>
		</button>
		<output class="big" aria-live="polite">
			<bdi>${duration(minutes)}</bdi>
		</output>
		<button
			type="button"
			class="button"
			aria-label=${t('cell.moreName')}
			disabled=${minutes + STEP > most}
			onClick=${() => onChange(minutes + STEP)}
		>
			<${Icon} name="plus" /><bdi>${t('cell.moreTime')}</bdi>
		</button>
	</div>`;
}

export function SplitForm({ worker, onDone }) {
	const held = slotOf(worker, slot.value);
	const worked = !isBlank(held) && !isAbsence(held.kind);
	const whole = (worked && held.minutes) || usualOf(crew.value, slot.value);
	const [wish, setWish] = useState({
		first: Math.max(STEP, Math.trunc(whole / 2 / STEP) * STEP),
		site: (worked && held.site) || crew.value.site,
		activity: (worked && held.activity) || '',
		secondSite: '',
		secondActivity: '',
	});
	const { error, run, refuse } = useAct(onDone);
	const set = (name) => (value) =>
		setWish((before) => ({ ...before, [name]: value }));
	const rest = whole - wish.first;

	function submit(event) {
		event.preventDefault();
		if (!wish.secondSite || wish.secondSite === wish.site) {
			refuse(t('cell.twoSites'));
			return;
		}
		void run(() =>
			split(worker, {
				time: durationOption(wish.first),
				site: wish.site,
				activity: wish.activity || undefined,
				'second-time': durationOption(rest),
				'second-site': wish.secondSite,
				'second-activity': wish.secondActivity || undefined,
			}),
		);
	}

	return html`<form id=${FORM} class="stack" onSubmit=${submit}>
		<p>${t('cell.splitHelp', { what: duration(whole) })}</p>
		<${Refusal} text=${error} />
		<fieldset class="card stack">
			<legend>${t('cell.firstSite')}</legend>
			<${Share}
				label=${t('cell.firstSite')}
				minutes=${wish.first}
				most=${whole - STEP}
				onChange=${set('first')}
			/>
			<div class="cell-fields">
				<${SiteField} value=${wish.site} onChange=${set('site')} />
				<${ActivityField}
					value=${wish.activity}
					onChange=${set('activity')}
				/>
			</div>
		</fieldset>
		<fieldset class="card stack">
			<legend>${t('cell.secondSite')}</legend>
			<output class="big"><bdi>${duration(rest)}</bdi></output>
			<div class="cell-fields">
				<${SiteField}
					value=${wish.secondSite}
					onChange=${set('secondSite')}
				/>
				<${ActivityField}
					value=${wish.secondActivity}
					onChange=${set('secondActivity')}
				/>
			</div>
		</fieldset>
	</form>`;
}
