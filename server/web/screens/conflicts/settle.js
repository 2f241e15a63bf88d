/*
 * One contested slot is decided, with a reason. What was seen is sent along:
 * when somebody else decided first, or another value came, nothing is changed
 * and it is said who and what.
 */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, again, useLists } from '../../ask.js';
import {
	AreaField,
	FormFault,
	SelectField,
	Submit,
	TextField,
	useForm,
} from '../../parts/form.js';
import { complain, say } from '../../state.js';
import { minutesOf, narrow } from '../grid/typed.js';
import { shortText } from '../grid/told.js';

const CONFLICT = 409;

function checkOther(kinds) {
	return ({ time, kind }) => {
		if (time.trim() === '')
			return kinds.get(kind)?.absence
				? {}
				: { time: t('grid.needTime') };
		return minutesOf(time) === null
			? { time: t('grid.cannotReadTime') }
			: {};
	};
}

/* The members that say how. */
function membersOf({ how, entry }, values) {
	if (how === 'keep')
		return { keep: entry.hash };
	if (how === 'both')
		return { both: true };
	return {
		time: `${values.time.trim() ? minutesOf(values.time) : 0}m`,
		kind: values.kind,
		site: values.site,
		activity: values.activity.trim(),
	};
}

function OtherFields({ form, kinds, conflict }) {
	const lists = useLists() || {};
	const sites = (lists.sites || []).filter(
		(one) => one.structure === conflict.structure,
	);

	return html`<div class="fields">
			<${TextField}
				form=${form}
				name="time"
				label=${t('grid.time')}
				note=""
				first
				maxlength="20"
				autocomplete="off"
			/>
			<${SelectField}
				form=${form}
				name="kind"
				label=${t('grid.kind')}
				options=${[...kinds.values()].map((one) => ({
					value: one.slug,
					label: one.label,
				}))}
				required
			/>
		</div>
		<div class="fields">
			<${SelectField}
				form=${form}
				name="site"
				label=${t('grid.site')}
				empty=${t('grid.noSite')}
				options=${sites.map((one) => ({ value: one.id, label: one.name }))}
			/>
			<${TextField}
				form=${form}
				name="activity"
				label=${t('grid.activity')}
				maxlength="100"
				autocomplete="off"
			/>
		</div>`;
}

export function SettleDialog({ conflict, how, entry, kinds, onClose }) {
	const base = conflict.values.find((one) => !one.void) || {};
	const form = useForm(
		{
			time: base.minutes > 0 ? narrow(base.minutes) : '',
			kind: base.kind || 'work',
			site: base.site || '',
			activity: base.activity || '',
			reason: '',
		},
		async (values) => {
			const { error } = await act(
				'conflicts/resolve',
				{
					id: `${conflict.structure}/${conflict.record}`,
					seen: conflict.version,
					reason: values.reason.trim(),
					...membersOf({ how, entry }, values),
				},
				{ quiet: true },
			);

			if (error?.status === CONFLICT) {
				onClose();
				complain(error);
				again();
				return null;
			}
			if (error)
				return error;
			onClose();
			say(t('conflicts.settled'));
			return null;
		},
		how === 'other' ? checkOther(kinds) : undefined,
	);
	const titles = {
		keep: 'conflicts.keepTitle',
		both: 'conflicts.bothTitle',
		other: 'conflicts.otherTitle',
	};

	return html`<${Dialog} title=${t(titles[how])} onClose=${onClose} steady=${form.busy}>
		<form class="stack" onSubmit=${form.submit} novalidate>
			${how === 'keep' &&
			html`<p><strong><bdi>${shortText(kinds, entry)}</bdi></strong></p>`}
			${how === 'both' && html`<p>${t('conflicts.bothHelp')}</p>`}
			<${FormFault} form=${form} />
			${how === 'other' &&
			html`<${OtherFields} form=${form} kinds=${kinds} conflict=${conflict} />`}
			<div class="row" role="group" aria-label=${t('parts.reasons')}>
				${[
					t('grid.reasonSupervisor'),
					t('grid.reasonSheet'),
					t('grid.reasonProof'),
				].map(
					(one) => html`<button
						key=${one}
						type="button"
						class="button"
						onClick=${() => form.set('reason', one)}
					>
						${one}
					</button>`,
				)}
			</div>
			<${AreaField}
				form=${form}
				name="reason"
				label=${t('parts.reason')}
				maxlength="500"
				data-autofocus=${how !== 'other'}
				required
			/>
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('conflicts.yes')}<//>
			</div>
		</form>
	<//>`;
}
