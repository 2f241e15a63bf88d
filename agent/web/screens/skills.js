/*
 * Skills: who, what was seen, which of four steps. One observation for as
 * many people as showed it; a person's own line on request, never a ranking.
 */
import { html, signal } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { act, crew, day, revoked, say, slot } from '../state.js';
import { Revoked } from './crew/stops.js';
import { Choose } from './skills/choose.js';
import { Levels } from './skills/levels.js';
import { More } from './skills/more.js';
import { People } from './skills/people.js';
import { Progress } from './skills/progress.js';

/* What is being noted. level: null until chosen, 0 "not assessed". */
const blank = { workers: [], skill: null, level: null, phase: 0, note: '' };
const draft = signal(blank);
const saving = signal(false);
/* Whose own line is open: a worker of the crew, or null. */
const shown = signal(null);

function change(part) {
	draft.value = { ...draft.value, ...part };
}

/* The crew changed: who is no longer in it is no longer meant. */
function chosenWorkers() {
	const members = crew.value?.workers || [];

	return draft.value.workers.filter((id) =>
		members.some((one) => one.worker === id),
	);
}

function isReady() {
	const { skill, level } = draft.value;

	return skill && level !== null && chosenWorkers().length > 0;
}

async function save() {
	const { skill, level, phase, note } = draft.value;
	const workers = chosenWorkers();

	saving.value = true;
	const { data } = await act('skills/add', {
		worker: workers,
		skill: skill.code,
		level: level === 0 ? 'non évalué' : level,
		day: day.value,
		slot: slot.value,
		structure: crew.value.structure,
		site: crew.value.site || undefined,
		phase: phase || undefined,
		note: note.trim() || undefined,
	});

	saving.value = false;
	if (!data)
		return;
	say(t('skills.saved', { n: data.rows.length }));
	/* The same people often show the next skill too. */
	draft.value = { ...blank, workers };
}

function Skills() {
	if (revoked.value)
		return html`<${Revoked} />`;
	if (!crew.value)
		return html`<div class="page"></div>`;
	return html`<div class="page skills-page stack">
		<h1 class="visually-hidden">${t('skills.title')}</h1>
		<${People}
			members=${crew.value.workers}
			chosen=${chosenWorkers()}
			onChange=${(workers) => change({ workers })}
			onShow=${(worker) => (shown.value = worker)}
		/>
		<${Choose}
			crew=${crew.value}
			skill=${draft.value.skill}
			onChange=${(skill) => change({ skill })}
		/>
		${draft.value.skill &&
		html`<${Levels}
				level=${draft.value.level}
				onChange=${(level) => change({ level })}
			/>
			<${More}
				draft=${draft.value}
				onChange=${change}
			/>`}
		${shown.value &&
		html`<${Progress}
			worker=${shown.value}
			structure=${crew.value.structure}
			onClose=${() => (shown.value = null)}
		/>`}
	</div>`;
}

/* Says what is still to be chosen: a greyed button alone explains nothing. */
function missing() {
	if (chosenWorkers().length === 0)
		return t('skills.needWho');
	if (!draft.value.skill)
		return t('skills.needSkill');
	return t('skills.needLevel');
}

function Save() {
	const ready = isReady();

	if (revoked.value)
		return null;

	return html`<button
		type="button"
		class="button button-main button-wide"
		disabled=${!ready || saving.value}
		onClick=${save}
	>
		<${Icon} name="check" />
		${ready ? t('skills.save', { n: chosenWorkers().length }) : missing()}
	</button>`;
}

export const skillsScreen = { Screen: Skills, Action: Save, tab: 'skills' };
