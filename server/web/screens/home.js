/* What is to be done, and nothing else. */
import { html } from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer } from '../ask.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Head } from '../parts/head.js';
import { structure } from '../route.js';
import { can } from '../state.js';
import { Checklist, isNew } from './home/checklist.js';
import { Line } from './home/line.js';

/* Who has none of these only reads: it is for others to do. */
const DOERS = 'hours_write settle close declare skills accompany devices';

/* In the order in which the office sorts them. */
const LEVELS = [4, 3, 2, 1];

function Group({ level, rows }) {
	const id = `home-${level}`;

	return html`<section class="home-group" aria-labelledby=${id}>
		<h2 id=${id}>${t(`home.level_${level}`)}</h2>
		<ul class="home-lines">
			${rows.map(
				(row, i) =>
					html`<${Line}
						key=${`${row.what}/${row.structure}/${row.link}/${i}`}
						row=${row}
					/>`,
			)}
		</ul>
	</section>`;
}

function Lines({ rows }) {
	return LEVELS.map((level) => {
		const mine = rows.filter((row) => row.level === level);

		return (
			mine.length > 0 &&
			html`<${Group} key=${level} level=${level} rows=${mine} />`
		);
	});
}

function Found({ data }) {
	const rows = data.rows.filter((row) => can(row.right));
	const fresh = isNew(data.setup) && can('import');

	return html`
		${fresh && html`<${Checklist} setup=${data.setup} />`}
		${rows.length > 0 && html`<${Lines} rows=${rows} />`}
		${rows.length === 0 &&
		!fresh &&
		html`<${Empty} title=${t('home.nothing')} text=${t('home.nothingText')} />`}
	`;
}

function Home() {
	const answer = useAnswer('todo', { structure: structure.value });
	const n = answer.data?.rows.filter((row) => can(row.right)).length;

	return html`<${Head}
			title=${t('home.title')}
			text=${n > 0 ? t(can(DOERS) ? 'home.count' : 'home.watch', { n }) : ''}
		>
			${n > 0 &&
			html`<button type="button" class="button" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>`}
		<//>
		<${Answer} of=${answer}>${(data) => html`<${Found} data=${data} />`}<//>`;
}

export const homeScreen = {
	id: 'home',
	icon: 'house',
	title: 'home.title',
	group: 'first',
	structure: true,
	Screen: Home,
};
