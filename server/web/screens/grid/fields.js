/* The value of a slot as a form: duration, kind, site, activity, note. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { SelectField, TextField } from '../../parts/form.js';
import { minutesOf, narrow } from './typed.js';

export function valuesOf(value, row) {
	return {
		time: value && value.minutes > 0 ? narrow(value.minutes) : '',
		kind: value?.kind || 'work',
		site: value ? value.site || '' : row.site,
		activity: value?.activity || '',
		note: '',
		reason: '',
	};
}

export function checkValues(grid, { time, kind }) {
	if (time.trim() === '')
		return grid.kinds.get(kind)?.absence
			? {}
			: { time: t('grid.needTime') };
	return minutesOf(time) === null ? { time: t('grid.cannotReadTime') } : {};
}

/* As the commands take them; what did not change is not said again. */
export function wishOf(values, value, row) {
	const before = valuesOf(value, row);
	const wish = {};
	const minutes = values.time.trim() === '' ? 0 : minutesOf(values.time);

	if (!value || values.time !== before.time || values.kind !== before.kind)
		wish.time = `${minutes}m`;
	if (!value || values.kind !== before.kind)
		wish.kind = values.kind;
	if (values.site !== before.site)
		wish.site = values.site;
	if (values.activity.trim() !== before.activity)
		wish.activity = values.activity.trim();
	if (values.note.trim())
		wish.note = values.note.trim();
	return wish;
}

export function ValueFields({ form, grid, sites }) {
	return html`<div class="fields">
			<${TextField}
				form=${form}
				name="time"
				label=${t('grid.time')}
				note=""
				autocomplete="off"
				maxlength="20"
			/>
			<${SelectField}
				form=${form}
				name="kind"
				label=${t('grid.kind')}
				options=${[...grid.kinds.values()].map((one) => ({
					value: one.slug,
					label: one.label,
				}))}
				required
			/>
		</div>
		<${SelectField}
			form=${form}
			name="site"
			label=${t('grid.site')}
			empty=${t('grid.noSite')}
			options=${sites}
		/>
		<${TextField}
			form=${form}
			name="activity"
			label=${t('grid.activity')}
			maxlength="100"
			autocomplete="off"
		/>
		<${TextField}
			form=${form}
			name="note"
			label=${t('grid.note')}
			maxlength="500"
			autocomplete="off"
		/>`;
}
