/*
 * A new laptop, or one in another's place: first what it will see, then the
 * code to scan or to type, how long it lives, and, once somebody used it, the
 * six words that two people compare by phone.
 */
import { html, useEffect, useRef, useState } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { Icon } from '../../../../shared/web/icon.js';
import { Qr } from '../../../../shared/web/qr.js';
import { t } from '../../../../shared/web/i18n.js';
import { act, again, get } from '../../ask.js';
import { say } from '../../state.js';
import {
	CheckField,
	FormFault,
	Submit,
	TextField,
	useForm,
} from '../../parts/form.js';
import { Strip } from '../../parts/strip.js';
import { CrewBoxes } from './crews.js';

const LOOK_MS = 3000;

/* Whole seconds that are left, 0 at the end. By this machine's own clock from
 * when the answer came: the office's may differ. */
function useCountdown(seconds) {
	const [left, setLeft] = useState(seconds);

	useEffect(() => {
		const end = Date.now() + seconds * 1000;
		const timer = setInterval(
			() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))),
			1000,
		);

		return () => clearInterval(timer);
	}, []);
	return left;
}

/* A laptop is told in each of its structures; here it is one. */
function once(rows) {
	return [...new Map(rows.map((one) => [one.device, one])).values()];
}

/* Laptops that were not there before, once they are. */
function useNewcomers(known) {
	const before = useRef(
		new Set(known.map((one) => `${one.structure}/${one.device}`)),
	);
	const [found, setFound] = useState([]);

	useEffect(() => {
		let wanted = true;
		const timer = setInterval(async () => {
			const { data } = await get('device/list');
			const fresh = (data?.devices || []).filter(
				(one) => !before.current.has(`${one.structure}/${one.device}`),
			);

			if (wanted && fresh.length > 0)
				setFound(once(fresh));
		}, LOOK_MS);

		return () => {
			wanted = false;
			clearInterval(timer);
		};
	}, []);
	return found;
}

function Found({ device }) {
	return html`<div class="devices-found stack" role="status">
		<p><strong>${t('devices.found', { name: device.name })}</strong></p>
		<p>${t('devices.compare')}</p>
		<ol class="devices-six">
			${device.words
				.split(' ')
				.map((word) => html`<li key=${word}>${word}</li>`)}
		</ol>
		<p class="soft">${t('devices.differ')}</p>
	</div>`;
}

function Left({ seconds }) {
	const minutes = Math.floor(seconds / 60);
	const rest = String(seconds % 60).padStart(2, '0');

	/* Read out each minute, not each second. */
	return html`<p class="devices-left">
		<${Icon} name="clock" />
		<span aria-hidden="true">
			${t('devices.left', { time: `${minutes}:${rest}` })}
		</span>
		<span class="visually-hidden" role="status">
			${t('devices.leftMinutes', { n: Math.ceil(seconds / 60) })}
		</span>
	</p>`;
}

function Code({ code, known, onClose }) {
	const left = useCountdown(code.seconds);
	const found = useNewcomers(known);

	async function copy() {
		try {
			await navigator.clipboard.writeText(code.code);
			say(t('devices.copied'));
		} catch (refused) {
			/* It can be selected by hand. */
		}
	}

	function close() {
		again();
		onClose();
	}

	return html`<${Dialog}
		title=${t('devices.codeTitle')}
		onClose=${close}
		wide=${true}
		footer=${html`<button type="button" class="button button-main" onClick=${close}>
			${t('ui.close')}
		</button>`}
	>
		<div class="stack">
			${found.length > 0 &&
			found.map(
				(one) => html`<${Found} key=${one.device} device=${one} />`,
			)}
			${found.length === 0 && left === 0 &&
			html`<${Strip} look="warn"><p>${t('devices.over')}</p><//>`}
			${found.length === 0 && left > 0 &&
			html`<ol class="devices-steps">
					<li>${t('devices.step1')}</li>
					<li>${t('devices.step2')}</li>
					<li>${t('devices.step3')}</li>
				</ol>
				<div class="devices-code">
					${code.qr &&
					html`<${Qr} qr=${code.qr} label=${t('devices.qr')} />`}
					<div class="stack grow">
						<${Left} seconds=${left} />
						<p class="devices-text" tabindex="0">
							<code>${code.code}</code>
						</p>
						<button type="button" class="button" onClick=${copy}>
							<${Icon} name="copy" />${t('devices.copy')}
						</button>
					</div>
				</div>
				<p class="soft">${t('devices.waiting')}</p>`}
		</div>
	<//>`;
}

function Choose({ device, onCode, onClose }) {
	const form = useForm(
		{ crews: [], reason: '', now: false },
		async ({ crews, reason, now }) => {
			const { data, error } = device
				? await act(
						'device/replace',
						{ device: device.device, reason: reason.trim(), now },
						{ quiet: true },
					)
				: await act('device/code', { crew: crews }, { quiet: true, dry: true });

			if (data)
				onCode(data);
			return error;
		},
		({ crews }) =>
			!device && crews.length === 0
				? { crews: t('devices.noneChosen') }
				: {},
	);

	return html`<${Dialog}
		title=${device
			? t('devices.replaceTitle', { name: device.name })
			: t('devices.enrol')}
		onClose=${onClose}
		steady=${form.busy}
	>
		<form class="stack" onSubmit=${form.submit} novalidate>
			<p>${device ? t('devices.replaceText') : t('devices.enrolText')}</p>
			<${FormFault} form=${form} />
			${device
				? html`<p>
							${t('devices.replaceCrews', {
								crews: device.crew_names.join(', '),
							})}
						</p>
						<${TextField}
							form=${form}
							name="reason"
							label=${t('devices.replaceReason')}
							maxlength="200"
							first=${true}
							required
						/>
						${device.state !== 'revoked' &&
						html`<${CheckField}
							form=${form}
							name="now"
							label=${t('devices.replaceNow')}
							help=${t('devices.replaceNowHelp')}
						/>`}`
				: html`<${CrewBoxes} form=${form} fault=${form.faults.crews} />`}
			<div class="form-acts">
				<button type="button" class="button" onClick=${onClose}>
					${t('ui.cancel')}
				</button>
				<${Submit} form=${form}>${t('devices.makeCode')}<//>
			</div>
		</form>
	<//>`;
}

export function Enrol({ device, known, onClose }) {
	const [code, setCode] = useState(null);

	return code
		? html`<${Code} code=${code} known=${known} onClose=${onClose} />`
		: html`<${Choose} device=${device} onCode=${setCode} onClose=${onClose} />`;
}
