/*
 * What was seen: the skills of the crew's trade first, then any of the
 * catalogue by its words, whatever the accents.
 */
import {
	html,
	useEffect,
	useRef,
	useState,
} from '../../../../shared/web/preact.js';
import * as api from '../../../../shared/web/api.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { number } from '../../../../shared/web/format.js';
import { complain } from '../../state.js';

const SHOWN = 24;
const PAUSE_MS = 200; /* of typing */

/* {rows, found} of these words; the last question's answer alone counts. */
function useSkills(words, sector, limit) {
	const [found, setFound] = useState(null);
	const asked = useRef(0);

	useEffect(() => {
		const mine = ++asked.current;
		const timer = setTimeout(
			async () => {
				const { data, error } = await api.get('skills/catalogue', {
					search: words.trim() || undefined,
					sector,
					limit,
				});

				if (mine !== asked.current)
					return;
				if (data)
					setFound(data);
				else
					complain(error);
			},
			words === '' ? 0 : PAUSE_MS,
		);

		return () => clearTimeout(timer);
	}, [words, sector, limit]);
	return found;
}

function Chosen({ skill, onChange }) {
	return html`<div class="card row">
		<${Icon} name="check" />
		<p class="grow big">${skill.label}</p>
		<button type="button" class="button" onClick=${() => onChange(null)}>
			${t('skills.another')}
		</button>
	</div>`;
}

function Results({ found, onChange, onMore, isAll }) {
	if (found.rows.length === 0)
		return html`<p>${t('skills.none')}</p>`;
	return html`<ul class="skills-list">
			${found.rows.map(
				(row) =>
					html`<li key=${`${row.catalogue}/${row.code}`}>
						<button
							type="button"
							class="tile skills-skill"
							onClick=${() => onChange(row)}
						>
							${row.label}
						</button>
					</li>`,
			)}
		</ul>
		${found.found > found.rows.length &&
		(isAll
			? html`<p class="soft">
					${t('skills.more', {
						n: number(found.found - found.rows.length),
					})}
				</p>`
			: html`<button type="button" class="button" onClick=${onMore}>
					<${Icon} name="chevron-down" />
					${t('skills.showMore')}
				</button>`)}`;
}

export function Choose({ crew, skill, onChange }) {
	const [words, setWords] = useState('');
	const [isAll, setAll] = useState(false);
	const found = useSkills(words, crew.trade || undefined, isAll ? SHOWN * 8 : SHOWN);

	function take(row) {
		setWords('');
		setAll(false);
		onChange(row);
	}

	return html`<section class="stack" aria-labelledby="skills-what">
		<h2 id="skills-what">${t('skills.what')}</h2>
		${skill
			? html`<${Chosen} skill=${skill} onChange=${onChange} />`
			: html`<div class="field">
						<label for="skills-search">
							<${Icon} name="search" /> ${t('skills.search')}
						</label>
						<input
							id="skills-search"
							class="input"
							type="search"
							autocomplete="off"
							spellcheck=${false}
							value=${words}
							onInput=${(event) => setWords(event.target.value)}
						/>
					</div>
					<div role="status" class="visually-hidden">
						${found && t('skills.found', { n: found.found })}
					</div>
					${found &&
					html`<${Results}
						found=${found}
						isAll=${isAll}
						onChange=${take}
						onMore=${() => setAll(true)}
					/>`}`}
	</section>`;
}
