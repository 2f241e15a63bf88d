/*
 * A form and its fields. A fault stands under its field, is tied to it for
 * screen readers, and the first one takes the focus; what the office refuses
 * stands above. What was typed stays until the office took it.
 *
 *	const form = useForm({ name: '' }, async (values) => error, check);
 *	<form class="stack" onSubmit=${form.submit} novalidate>
 *		<${FormFault} form=${form} />
 *		<${TextField} form=${form} name="name" label=${…} required />
 *
 * ${send} gives an error or null, one with ${field} stands at that field;
 * ${check}(values) gives {name: text} of what
 * it finds wrong, beside what is required and empty.
 */
import {
	html,
	useEffect,
	useId,
	useRef,
	useState,
} from '../../../shared/web/preact.js';
import { Icon } from '../../../shared/web/icon.js';
import { t } from '../../../shared/web/i18n.js';

export function useForm(initial, send, check = () => ({})) {
	const [values, setValues] = useState(initial);
	const [faults, setFaults] = useState({});
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const required = useRef(new Set());
	const tries = useRef(0);

	/* ${value} may be a function of the value before. */
	function set(name, value) {
		setValues((all) => ({
			...all,
			[name]: typeof value === 'function' ? value(all[name]) : value,
		}));
		setFaults(({ [name]: gone, ...others }) => others);
	}

	function find() {
		const found = {};

		for (const name of required.current) {
			const value = values[name];

			if (value === undefined || String(value).trim() === '')
				found[name] = t('parts.required');
		}
		return { ...check(values), ...found };
	}

	async function submit(event) {
		event?.preventDefault();
		if (busy)
			return;
		const found = find();

		tries.current += 1;
		setFaults(found);
		setError(null);
		if (Object.keys(found).length > 0)
			return;
		setBusy(true);
		const wrong = await send(values);

		setBusy(false);
		setFaults(wrong?.field ? { [wrong.field]: wrong.message } : {});
		setError(wrong?.field ? null : wrong || null);
		tries.current += 1;
	}

	return {
		values,
		set,
		faults,
		error,
		setError,
		busy,
		submit,
		required: required.current,
		tries: tries.current,
		reset: (to = initial) => setValues(to),
	};
}

/* What the office refused, above the fields; it is brought into sight. */
export function FormFault({ form }) {
	const ref = useRef(null);

	useEffect(() => {
		if (form.error)
			ref.current?.scrollIntoView({ block: 'nearest' });
	}, [form.error]);
	return html`<div role="alert" ref=${ref}>
		${form.error &&
		html`<p class="strip strip-bad">
			<${Icon} name="circle-alert" />
			<span>${form.error.message || form.error}</span>
		</p>`}
	</div>`;
}

/* The field of the first fault takes the focus, once a try. */
function useFirstFault(form, name) {
	const ref = useRef(null);
	const isFirst = form && Object.keys(form.faults)[0] === name;

	useEffect(() => {
		const scope = ref.current?.form || document;

		if (isFirst && scope.querySelector('[aria-invalid="true"]') === ref.current)
			ref.current.focus();
	}, [form?.tries]);
	return ref;
}

/*
 * The frame of a field: label, help, control, fault. ${draw}(props) draws the
 * control with what ties it to them.
 */
export function Field({ label, help, fault, required, note, draw, inputRef }) {
	const id = useId();
	const told = [help && `${id}-help`, fault && `${id}-fault`];

	return html`<div class="field">
		<label for=${id}>
			${label}${!required && note !== '' &&
			html`<span class="field-note"> (${note || t('ui.optional')})</span>`}
		</label>
		${help && html`<p class="field-help" id=${`${id}-help`}>${help}</p>`}
		${draw({
			id,
			ref: inputRef,
			required,
			'aria-invalid': fault ? 'true' : undefined,
			'aria-describedby': told.filter(Boolean).join(' ') || undefined,
		})}
		${fault &&
		html`<p class="field-error" id=${`${id}-fault`}>${fault}</p>`}
	</div>`;
}

/* What stands around the control, what it shows and how it is taken. */
function useField({ form, name, label, help, note, required }) {
	if (required)
		form.required.add(name);
	else
		form.required.delete(name);
	return {
		frame: {
			label,
			help,
			note,
			required,
			fault: form.faults[name],
			inputRef: useFirstFault(form, name),
		},
		value: form.values[name],
		take: (event) => form.set(name, event.currentTarget.value),
	};
}

/* ${more}: what else the input has (autocomplete, inputmode, maxlength…;
 * spellcheck=${false}: the text "false" would turn it on). */
export function TextField(of) {
	const { form, name, label, help, note, required, ...others } = of;
	const { type = 'text', first, ...more } = others;
	const field = useField(of);

	return html`<${Field}
		...${field.frame}
		draw=${(props) =>
			html`<input
				...${props}
				...${more}
				class="input"
				type=${type}
				name=${name}
				data-autofocus=${first}
				value=${field.value}
				onInput=${field.take}
			/>`}
	/>`;
}

export function AreaField(of) {
	const { form, name, label, help, note, required, ...more } = of;
	const field = useField(of);

	return html`<${Field}
		...${field.frame}
		draw=${(props) =>
			html`<textarea
				...${props}
				rows="3"
				...${more}
				class="input"
				name=${name}
				value=${field.value}
				onInput=${field.take}
			></textarea>`}
	/>`;
}

export function DateField(props) {
	return html`<${TextField} ...${props} type="date" />`;
}

/* ${options}: [{value, label}]; ${empty}: the label of no choice, if one may
 * be left out. */
export function SelectField(of) {
	const { form, name, label, help, note, required, ...others } = of;
	const { options, empty, ...more } = others;
	const field = useField(of);

	return html`<${Field}
		...${field.frame}
		draw=${(props) =>
			html`<select
				...${props}
				...${more}
				class="input"
				name=${name}
				value=${field.value}
				onChange=${field.take}
			>
				${empty !== undefined && html`<option value="">${empty}</option>`}
				${options.map(
					(one) =>
						html`<option key=${one.value} value=${one.value}>
							${one.label}
						</option>`,
				)}
			</select>`}
	/>`;
}

export function CheckField({ form, name, label, help, ...more }) {
	const id = useId();

	return html`<div class="field">
		<div class="check">
			<input
				...${more}
				id=${id}
				type="checkbox"
				name=${name}
				checked=${Boolean(form.values[name])}
				aria-describedby=${help ? `${id}-help` : undefined}
				onChange=${(event) =>
					form.set(name, event.currentTarget.checked)}
			/>
			<label for=${id}>${label}</label>
		</div>
		${help && html`<p class="field-help" id=${`${id}-help`}>${help}</p>`}
	</div>`;
}

/* The form's last line. */
export function Submit({ form, children, icon, danger }) {
	return html`<button
		type="submit"
		class=${`button ${danger ? 'button-danger' : 'button-main'}`}
		aria-disabled=${form.busy ? 'true' : undefined}
	>
		${icon && html`<${Icon} name=${icon} />`}
		${form.busy ? t('ui.saving') : children}
	</button>`;
}
