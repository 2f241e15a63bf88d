/*
 * What surrounds a screen: the bar of screens at the side, a header with
 * structure, month and who is here, the messages, and the password that is
 * asked for again when the office does not know us any more.
 */
import {
	html,
	signal,
	useEffect,
	useLayoutEffect,
	useRef,
} from '../../shared/web/preact.js';
import { Icon } from '../../shared/web/icon.js';
import { monthName } from '../../shared/web/format.js';
import { t } from '../../shared/web/i18n.js';
import { useLists } from './ask.js';
import { AccountButton } from './frame/account.js';
import { Again } from './frame/again.js';
import { Messages } from './frame/messages.js';
import { Bar, BarDialog } from './frame/bar.js';
import { MonthPicker } from './frame/months.js';
import { StructurePicker } from './frame/structures.js';
import { Empty } from './parts/empty.js';
import { args, month, rightMonth, screenId } from './route.js';
import { screenOf } from './screens.js';
import { can, session, tell } from './state.js';

const barOpen = signal(false);

function Header({ screen }) {
	return html`<header class="head screen-only">
		<a class="skip button" href="#main" onClick=${skip}>
			${t('frame.skip')}
		</a>
		<button
			type="button"
			class="head-menu button"
			onClick=${() => (barOpen.value = true)}
		>
			<${Icon} name="menu" />${t('frame.menu')}
		</button>
		${screen?.structure && html`<${StructurePicker} />`}
		${screen?.month && html`<${MonthPicker} />`}
		<${AccountButton} />
	</header>`;
}

/* Not by the address, which says where one is. */
function skip(event) {
	event.preventDefault();
	document.getElementById('main').focus();
}

/* Gone elsewhere: it begins at the top, for the eyes and for the ears. */
function useArrival(key) {
	const before = useRef(key);
	const main = useRef(null);

	useLayoutEffect(() => {
		if (before.current === key)
			return;
		before.current = key;
		main.current.scrollTo(0, 0);
		main.current.focus();
	}, [key]);
	return main;
}

/* Another month than the address says is never shown without a word. */
function useMonth(wanted) {
	const said = wanted ? args.value[0] : '';

	useEffect(() => {
		const given = said && rightMonth();

		if (given)
			tell(
				t('frame.noMonth', {
					given,
					month: monthName(month.value),
				}),
			);
	}, [said]);
}

function NotHere({ known }) {
	return html`<${Empty}
		icon=${known ? 'lock' : 'circle-help'}
		title=${t(known ? 'frame.noRight' : 'frame.nowhere')}
		text=${t(known ? 'frame.noRightText' : 'frame.nowhereText')}
	/>`;
}

export function Frame() {
	const id = screenId.value;
	const screen = screenOf(id);
	const allowed = screen && can(screen.right);
	/* Another person or another thing starts anew; another month does not. */
	const of = screen?.month ? args.value.slice(1) : args.value;
	const key = [id, ...of, session.value.login].join('/');
	const main = useArrival(key);

	useLists();
	useMonth(allowed && screen.month);
	useEffect(() => {
		const name = allowed ? t(screen.title) : t('frame.nowhere');

		document.title = t('frame.title', { name });
	});
	return html`<div class="frame">
		<${Bar} current=${id} />
		<${Header} screen=${screen} />
		<main id="main" class="frame-main" tabindex="-1" ref=${main}>
			<${Messages} />
			${allowed
				? html`<${screen.Screen} key=${key} />`
				: html`<${NotHere} known=${Boolean(screen)} />`}
		</main>
		${barOpen.value &&
		html`<${BarDialog}
			current=${id}
			onClose=${() => (barOpen.value = false)}
		/>`}
		<${Again} />
	</div>`;
}
