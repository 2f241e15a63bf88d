/* Where, what, when, which break, and a note: the fields of a half-day. */
import { html, useId } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { duration } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { crew, roster } from '../../state.js';
import { isHealth, kindLabel } from './model.js';

const BREAKS = [0, 10, 15, 20, 30, 45, 60];
const NOTE_MAX = 500;

export function SiteField({ value, label, onChange }) {
	const id = useId();
	const sites = roster.value.sites.filter(
		(one) => one.structure === crew.value.structure,
	);
	const known = sites.some((one) => one.id === value);

	return html`<div class="field">
		<label for=${id}>${label || t('cell.site')}</label>
		<select
			id=${id}
			class="input"
			value=${value}
			onChange=${(event) => onChange(event.currentTarget.value)}
		>
			${!known && html`<option value=${value}>${value || '—'}</option>`}
			${sites.map(
				(one) =>
					html`<option key=${one.id} value=${one.id}>
						${one.name}
					</option>`,
			)}
		</select>
	</div>`;
}

export function ActivityField({ value, label, onChange }) {
	const id = useId();

	return html`<div class="field">
		<label for=${id}>${label || t('cell.activity')}</label>
		<input
			id=${id}
			class="input"
			list=${`${id}l`}
			maxlength="100"
			autocomplete="off"
			value=${value}
			onInput=${(event) => onChange(event.currentTarget.value)}
		/>
		<datalist id=${`${id}l`}>
			${roster.value.activities.map(
				(one) => html`<option key=${one} value=${one} />`,
			)}
		</datalist>
	</div>`;
}

/* "915", "9h15", "9:15" are 09:15; what is no time stays as it was typed, for
 * the agent to refuse in words. */
export function timeTyped(text) {
	const found = /^\s*(\d{1,2})\s*[h:.]?\s*(\d{2})?\s*$/i.exec(text);

	if (!found || Number(found[1]) > 23 || Number(found[2] || 0) > 59)
		return text.trim();
	return `${found[1].padStart(2, '0')}:${found[2] || '00'}`;
}

function timeNow() {
	const now = new Date();
	const two = (n) => String(n).padStart(2, '0');

	return `${two(now.getHours())}:${two(now.getMinutes())}`;
}

/* A text and not the browser's own field, whose digits are small and whose
 * language is not the page's. */
export function TimeField({ value, label, required, now, onChange }) {
	const id = useId();

	return html`<div class="field">
		<label for=${id}>${label}</label>
		<div class="cell-time">
			<input
				id=${id}
				class="input"
				inputmode="numeric"
				autocomplete="off"
				placeholder="00:00"
				maxlength="6"
				required=${required}
				value=${value}
				onInput=${(event) => onChange(event.currentTarget.value)}
				onBlur=${(event) =>
					onChange(timeTyped(event.currentTarget.value))}
			/>
			${now &&
			html`<button
				type="button"
				class="button"
				onClick=${() => onChange(timeNow())}
			>
				<${Icon} name="clock" />${t('cell.now')}
			</button>`}
		</div>
	</div>`;
}

function BreakField({ value, onChange }) {
	const id = useId();
	const choices = BREAKS.includes(value) ? BREAKS : [...BREAKS, value];

	return html`<div class="field">
		<label for=${id}>${t('cell.break')}</label>
		<select
			id=${id}
			class="input"
			value=${value}
			onChange=${(event) => onChange(Number(event.currentTarget.value))}
		>
			${choices.map(
				(minutes) =>
					html`<option key=${minutes} value=${minutes}>
						${minutes === 0 ? t('cell.noBreak') : duration(minutes)}
					</option>`,
			)}
		</select>
	</div>`;
}

/* Work, training…: what the worker was there for. */
function KindField({ value, onChange }) {
	const id = useId();
	const kinds = roster.value.kinds.filter((kind) => !kind.absence);

	return html`<div class="field">
		<label for=${id}>${t('cell.kind')}</label>
		<select
			id=${id}
			class="input"
			value=${value}
			onChange=${(event) => onChange(event.currentTarget.value)}
		>
			${kinds.map(
				(kind) =>
					html`<option key=${kind.slug} value=${kind.slug}>
						${kindLabel(kind.slug)}
					</option>`,
			)}
		</select>
	</div>`;
}

function NoteField({ value, onChange }) {
	const id = useId();

	return html`<div class="field">
		<label for=${id}>${t('cell.note')}</label>
		<textarea
			id=${id}
			class="input"
			rows="2"
			maxlength=${NOTE_MAX}
			aria-describedby=${`${id}h`}
			value=${value}
			onInput=${(event) => onChange(event.currentTarget.value)}
		/>
		<p id=${`${id}h`} class="field-help">${t('cell.noteHelp')}</p>
	</div>`;
}

/* ${wish} and what changes it, a member at a time. */
export function Fields({ wish, onChange }) {
	const set = (name) => (value) => onChange({ [name]: value });

	return html`<div class="cell-fields">
		<${KindField} value=${wish.kind} onChange=${set('kind')} />
		<${SiteField} value=${wish.site} onChange=${set('site')} />
		<${ActivityField}
			value=${wish.activity}
			onChange=${set('activity')}
		/>
		<${BreakField} value=${wish.pause} onChange=${set('pause')} />
		<${TimeField}
			label=${t('cell.start')}
			value=${wish.start}
			onChange=${set('start')}
		/>
		<${TimeField}
			label=${t('cell.end')}
			value=${wish.end}
			onChange=${set('end')}
		/>
		${!isHealth(wish.kind) &&
		html`<${NoteField} value=${wish.note} onChange=${set('note')} />`}
	</div>`;
}
