/*
 * The hours to declare: a row per person, contract and annex, minutes kept and
 * hours rounded once; ETP beside what was agreed. '#/declare/2026-11?s=S1'.
 */
import { html } from '../../../shared/web/preact.js';
import { monthName } from '../../../shared/web/format.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer, useLists } from '../ask.js';
import { month, structure } from '../route.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Head } from '../parts/head.js';
import { Place } from './declare/place.js';

/* All of a few structures; of many, one at a time. */
const AT_ONCE = 5;

function Declared() {
	const lists = useLists();
	const many =
		lists && lists.structures.length > AT_ONCE && !structure.value;
	const answer = useAnswer(lists && !many ? 'declare' : '', {
		month: month.value,
		structure: structure.value,
	});

	if (many)
		return html`<${Empty}
			icon="search"
			title=${t('declare.choose')}
			text=${t('declare.chooseHelp')}
		/>`;
	return html`<${Answer} of=${answer}>
		${({ structures }) =>
			structures.length === 0
				? html`<${Empty}
						title=${t('declare.none')}
						text=${t('declare.noneHelp')}
					/>`
				: structures.map(
						(one) =>
							html`<${Place} key=${one.structure} place=${one} />`,
					)}
	<//>`;
}

function Declare() {
	return html`<${Head}
			title=${t('declare.titleOf', { month: monthName(month.value) })}
			text=${t('declare.help')}
		>
			<button type="button" class="button" onClick=${() => print()}>
				<${Icon} name="printer" />${t('ui.print')}
			</button>
		<//>
		<${Declared} />`;
}

export const declareScreen = {
	id: 'declare',
	icon: 'send',
	title: 'declare.title',
	right: 'declare_read',
	group: 'month',
	month: true,
	structure: true,
	Screen: Declare,
};
