/*
 * What somebody was seen able to do: by trade, each skill with every
 * observation of it, in the order of their days. Never a ranking, never a
 * mean. It prints as the skills passport.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { dayNumeric } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { can } from '../../state.js';
import { Empty } from '../../parts/empty.js';
import { Reason } from '../../parts/reason.js';
import { Download } from '../../parts/save.js';
import { Gaps } from './gaps.js';
import { CorrectSkill, ObserveSkill } from './observe.js';
import { Level, Part } from './words.js';

function Observation({ one, onChange }) {
	return html`<li class="people-seen">
		<span class="people-seen-day">${dayNumeric(one.day)}</span>
		<${Level} of=${one.level} />
		<span class="grow soft">
			${one.by &&
			html`${t('people.by')}${' '}<bdi>${one.by}</bdi>`}${one.site &&
			html`, <bdi>${one.site}</bdi>`}
			${one.remark && html`<br /><q><bdi>${one.remark}</bdi></q>`}
		</span>
		<span class="row screen-only">
			<button
				type="button"
				class="button-icon button-quiet"
				aria-label=${t('people.correctSeen', {
					day: dayNumeric(one.day),
				})}
				onClick=${() => onChange({ what: 'set', one })}
			>
				<${Icon} name="pencil" />
			</button>
			<button
				type="button"
				class="button-icon button-quiet"
				aria-label=${t('people.voidSeen', {
					day: dayNumeric(one.day),
				})}
				onClick=${() => onChange({ what: 'void', one })}
			>
				<${Icon} name="x" />
			</button>
		</span>
	</li>`;
}

function Skill({ page, skill, onChange }) {
	const assessed = skill.observations.some((one) => one.level);

	return html`<li class="people-skill">
		<div class="row">
			<h4 class="grow"><bdi>${skill.label}</bdi></h4>
			<span class="soft small"><bdi>${skill.skill}</bdi></span>
			${assessed &&
			html`<span class="screen-only">
				<${Download}
					path="care/badge"
					members=${{
						worker: page.worker,
						structure: page.structure,
						skill: skill.skill,
					}}
					acts
				>
					${t('people.badge')}
				<//>
			</span>`}
		</div>
		<ul class="people-seen-list">
			${skill.observations.map(
				(one) =>
					html`<${Observation}
						key=${one.hash}
						one=${one}
						onChange=${onChange}
					/>`,
			)}
		</ul>
	</li>`;
}

/* A skill of several trades stands under each. */
function byTrade(skills) {
	const trades = new Map();

	for (const skill of skills) {
		for (const trade of skill.trades.length ? skill.trades : ['']) {
			if (!trades.has(trade))
				trades.set(trade, []);
			trades.get(trade).push(skill);
		}
	}
	return [...trades].sort(([a], [b]) => (a < b ? -1 : 1));
}

function Withdraw({ one, onClose }) {
	return html`<${Reason}
		title=${t('people.voidTitle')}
		text=${t('people.voidText')}
		yes=${t('people.void')}
		min=${5}
		danger
		onYes=${async (reason) => {
			const { error } = await act(
				'skills/void',
				{ id: one.id, reason, seen: one.hash },
				{ quiet: true },
			);

			return error;
		}}
		onClose=${onClose}
	/>`;
}

function Sources({ page }) {
	const names = new Set(page.skills.map((skill) => skill.catalogue));

	return html`<p class="soft small">
		${t('people.sources', { names: [...names].join(' ; ') })}
	</p>`;
}

export function Skills({ page }) {
	const [changing, setChanging] = useState(null);
	const [adding, setAdding] = useState(false);
	const close = () => setChanging(null);

	return html`<${Part}
			title=${t('people.passport')}
			text=${t('people.passportHelp')}
			acts=${can('skills') &&
			html`<button
				type="button"
				class="button button-main"
				onClick=${() => setAdding(true)}
			>
				<${Icon} name="plus" />${t('people.observe')}
			</button>`}
		>
			${page.skills.length === 0
				? html`<${Empty}
						icon="sprout"
						title=${t('people.noSkills')}
						text=${t('people.noSkillsHelp')}
					/>`
				: html`${byTrade(page.skills).map(
							([trade, skills]) =>
								html`<section key=${trade} class="stack">
									<h3>
										${trade
											? t('people.trade', { trade })
											: t('people.noTrade')}
									</h3>
									<ul class="people-skills">
										${skills.map(
											(skill) =>
												html`<${Skill}
													key=${skill.skill}
													page=${page}
													skill=${skill}
													onChange=${setChanging}
												/>`,
										)}
									</ul>
								</section>`,
						)}
						<${Sources} page=${page} />`}
		<//>
		<${Gaps} page=${page} />
		${adding &&
		html`<${ObserveSkill} page=${page} onClose=${() => setAdding(false)} />`}
		${changing?.what === 'set' &&
		html`<${CorrectSkill} one=${changing.one} onClose=${close} />`}
		${changing?.what === 'void' &&
		html`<${Withdraw} one=${changing.one} onClose=${close} />`}`;
}
