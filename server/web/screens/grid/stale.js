/*
 * Somebody else was there first: what was seen, what is there now and by
 * whom, and what was about to be recorded. Nothing is overwritten unless the
 * person, having seen this, says so, with a reason.
 */
import { html, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';
import { Strip } from '../../parts/strip.js';
import { wishText } from './correct.js';
import { ReasonDialog } from './reason.js';
import { Author, ValueText } from './told.js';

function Side({ title, kinds, entries }) {
	return html`<div class="card stack">
		<h3>${title}</h3>
		${entries.length === 0 && html`<p>${t('grid.nothing')}</p>`}
		${entries.map(
			(one) => html`<div key=${one.hash}>
				<p><${ValueText} kinds=${kinds} entry=${one} /></p>
				<${Author} entry=${one} />
			</div>`,
		)}
	</div>`;
}

/* The entries that a version names. */
function seenIn(rows, seen) {
	const starts = (seen || 'none').split(',');

	return rows.filter((one) =>
		starts.some((start) => one.hash.startsWith(start)),
	);
}

/* What the office says of the slot now, as an act's answer would. */
function answerOf(story) {
	const live = story.rows.filter((one) => one.live);

	return {
		...story,
		corrected: story.rows.some((one) => one.before.length > 0),
		paper: live.some((one) => one.paper),
		value: live[0] && !live[0].void ? live[0] : null,
	};
}

export function StaleDialog({ grid, path, members, about, error, acts, onClose }) {
	const [insists, setInsists] = useState(false);
	const { worker, structure, day, slot } = members;
	const answer = useAnswer('hours/history', { worker, structure, day, slot });
	const story = answer.data;
	const isVoid = path === 'hours/void';

	function leave() {
		if (story)
			acts.took(answerOf(story));
		onClose();
	}

	/* What is there now is corrected: the version just read is the seen one. */
	function insist(reason) {
		const filled = story.state === 'merged';

		return acts.slotAct(
			isVoid ? path : filled ? 'hours/set' : 'hours/add',
			{ ...members, reason, seen: story.version },
			about,
		);
	}

	if (insists)
		return html`<${ReasonDialog}
			title=${t('grid.insistTitle')}
			text=${t('grid.insistText')}
			yes=${t('grid.insist')}
			onYes=${insist}
			onDone=${onClose}
			onClose=${leave}
		/>`;
	return html`<${Dialog}
		title=${t('grid.staleTitle')}
		wide
		onClose=${leave}
		footer=${html`<button type="button" class="button button-main" onClick=${leave}>
				${t('grid.keepTheirs')}
			</button>
			${story &&
			story.state !== 'contested' &&
			html`<button
				type="button"
				class="button"
				onClick=${() => setInsists(true)}
			>
				${t('grid.insist')}
			</button>`}`}
	>
		<div class="stack">
			<${Strip} look="warn"><p>${t('grid.staleText')}</p><//>
			<${Answer} of=${answer} lines=${4}>
				${(data) => html`<div class="grid-sides">
					<${Side}
						title=${t('grid.youSaw')}
						kinds=${grid.kinds}
						entries=${seenIn(data.rows, members.seen)}
					/>
					<${Side}
						title=${t('grid.isThere')}
						kinds=${grid.kinds}
						entries=${data.rows.filter((one) => one.live)}
					/>
					<div class="card stack">
						<h3>${t('grid.youTyped')}</h3>
						<p>
							<strong>
								${about.wish
									? wishText(grid, null, about.wish)
									: t('grid.void')}
							</strong>
						</p>
					</div>
				</div>`}
			<//>
			<details>
				<summary>${t('grid.officeSays')}</summary>
				<p>${error.message}</p>
			</details>
		</div>
	<//>`;
}
