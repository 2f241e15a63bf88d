/* One entry of a slot's history: who, when by both clocks, what, why. */
import { html } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { Badge } from '../../parts/badge.js';
import { lists } from '../../state.js';
import { kindName, valueText } from './words.js';

/* As people call it, once the office's lists are read. */
function siteName(id) {
	const found = lists.value?.sites?.find((one) => one.id === id);

	return found?.name || id;
}

/* What an entry says, with its site and activity. */
export function ValueText({ kinds, entry }) {
	if (entry.fault)
		return html`<span>${t('grid.aside')}</span>`;
	if (entry.void)
		return html`<span>${t('grid.void')}</span>`;
	const more = [
		siteName(entry.site),
		entry.activity,
		entry.start && entry.end && `${entry.start}–${entry.end}`,
	];

	return html`<span>
		<strong><bdi>${valueText(kinds, entry)}</bdi></strong>
		${more.filter(Boolean).length > 0 &&
		html`${', '}<bdi>${more.filter(Boolean).join(', ')}</bdi>`}
	</span>`;
}

/* Who and when: the device's clock, then the office's. */
export function Author({ entry }) {
	return html`<p class="soft">
		<bdi>${entry.person_name}</bdi>
		${entry.device_name &&
		entry.device_name !== entry.person_name &&
		html`${', '}<bdi>${t('grid.onDevice', { device: entry.device_name })}</bdi>`}
		<br />${t('grid.atDevice', { at: stamp(entry.at) })}
		${entry.received &&
		html`<br />${t('grid.atOffice', { at: stamp(entry.received) })}`}
	</p>`;
}

function Words({ entry }) {
	return html`${entry.reason &&
	html`<p>${t('grid.reasonWas', { reason: entry.reason })}</p>`}
	${entry.note && html`<p>${t('grid.noteWas', { note: entry.note })}</p>`}`;
}

export function Told({ kinds, entry }) {
	const before = entry.before || [];
	const names = before.map((one) => valueText(kinds, one));

	return html`<li class="grid-told">
		<p class="row">
			<${ValueText} kinds=${kinds} entry=${entry} />
			${entry.live && html`<${Badge} look="good">${t('grid.stands')}<//>`}
			${entry.late && html`<${Badge} look="late">${t('grid.late')}<//>`}
			${entry.paper && html`<${Badge}>${t('grid.paper')}<//>`}
		</p>
		${names.length > 0 &&
		html`<p class="soft">
			${t('grid.before', { before: names.join(' / ') })}
		</p>`}
		<${Words} entry=${entry} />
		<${Author} entry=${entry} />
	</li>`;
}

/* For a choice between values: what differs, in short. */
export function shortText(kinds, entry) {
	return entry.void
		? t('grid.void')
		: [valueText(kinds, entry), siteName(entry.site), entry.activity]
				.filter(Boolean)
				.join(', ') || kindName(kinds, entry.kind);
}
