/*
 * Contested slots, one at a time: the values side by side, each with who says
 * it and when by both clocks. J and K go from one to the next, A, B… keep a
 * value, O asks for another, D keeps all of them.
 */
import {
	html,
	useEffect,
	useRef,
	useState,
} from '../../../shared/web/preact.js';
import { t } from '../../../shared/web/i18n.js';
import { useAnswer, useLists } from '../ask.js';
import { structure } from '../route.js';
import { can } from '../state.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Head } from '../parts/head.js';
import { Strip } from '../parts/strip.js';
import { Conflict, LETTERS, sidesOf } from './conflicts/one.js';
import { SettleDialog } from './conflicts/settle.js';

/* One letter does something here only while nothing is being typed. */
function isTyping(event) {
	return (
		event.ctrlKey ||
		event.altKey ||
		event.metaKey ||
		event.target.closest?.('input, textarea, select, dialog')
	);
}

function useKeys(act) {
	const now = useRef(act);

	now.current = act;
	useEffect(() => {
		const press = (event) => {
			if (!isTyping(event) && now.current(event.key.toUpperCase()))
				event.preventDefault();
		};

		addEventListener('keydown', press);
		return () => removeEventListener('keydown', press);
	}, []);
}

function List({ conflicts, kinds }) {
	/* By its record: the list changes under one's hands. */
	const [seen, setSeen] = useState({ record: '', at: 0, moved: false });
	const [settling, setSettling] = useState(null);
	const found = conflicts.findIndex((one) => one.record === seen.record);
	const at = found >= 0 ? found : Math.min(seen.at, conflicts.length - 1);
	const conflict = conflicts[at];

	function turn(by) {
		const to = Math.min(Math.max(at + by, 0), conflicts.length - 1);

		setSeen({ record: conflicts[to].record, at: to, moved: true });
	}

	function settle(how) {
		if (!can('settle'))
			return;
		setSeen({ record: conflict.record, at, moved: true });
		setSettling({ ...how, conflict });
	}

	useKeys((key) => {
		const sides = sidesOf(conflict);
		const letter = LETTERS.indexOf(key);

		if (settling)
			return false;
		if (key === 'J' || key === 'K')
			turn(key === 'J' ? 1 : -1);
		else if (letter >= 0 && letter < sides.length)
			settle({ how: 'keep', entry: sides[letter][0] });
		else if (key === 'O')
			settle({ how: 'other' });
		else if (key === 'D' && sides.filter(([one]) => !one.void).length > 1)
			settle({ how: 'both' });
		else
			return false;
		return true;
	});

	return html`<div class="stack">
		<${Conflict}
			key=${conflict.record}
			conflict=${conflict}
			kinds=${kinds}
			place=${{ at, count: conflicts.length, moved: seen.moved }}
			onSettle=${settle}
		/>
		<div class="row">
			<button
				type="button"
				class="button"
				aria-keyshortcuts="K"
				aria-disabled=${at === 0 ? 'true' : undefined}
				onClick=${() => turn(-1)}
			>
				${t('conflicts.previous')}
			</button>
			<button
				type="button"
				class="button"
				aria-keyshortcuts="J"
				aria-disabled=${at === conflicts.length - 1 ? 'true' : undefined}
				onClick=${() => turn(1)}
			>
				${t('conflicts.next')}
			</button>
		</div>
		<p class="soft screen-only">${t('conflicts.keys')}</p>
		${settling &&
		html`<${SettleDialog}
			...${settling}
			kinds=${kinds}
			onClose=${() => setSettling(null)}
		/>`}
	</div>`;
}

function Conflicts() {
	const answer = useAnswer('conflicts');

	useLists();

	return html`<${Head} title=${t('conflicts.title')} text=${t('conflicts.help')} />
		${!can('settle') &&
		html`<${Strip}><p>${t('conflicts.readOnly')}</p><//>`}
		<${Answer} of=${answer}>
			${(data) => {
				const rows = data.rows.filter(
					(one) => !structure.value || one.structure === structure.value,
				);

				return rows.length === 0
					? html`<${Empty}
							title=${t('conflicts.none')}
							text=${t('conflicts.noneHelp')}
						/>`
					: html`<${List}
							conflicts=${rows}
							kinds=${new Map(
								data.kinds.map((one) => [one.slug, one]),
							)}
						/>`;
			}}
		<//>`;
}

export const conflictsScreen = {
	id: 'conflicts',
	icon: 'split',
	title: 'conflicts.title',
	right: 'hours_read',
	group: 'month',
	structure: true,
	Screen: Conflicts,
};
