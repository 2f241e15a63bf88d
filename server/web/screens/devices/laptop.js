/* One laptop: all that is known of it, and what can be done with it. */
import { html, useState } from '../../../../shared/web/preact.js';
import { stamp } from '../../../../shared/web/format.js';
import { Icon } from '../../../../shared/web/icon.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say } from '../../state.js';
import { Fact } from '../../parts/facts.js';
import { Panel } from '../../parts/panel.js';
import { Reason } from '../../parts/reason.js';
import { Strip } from '../../parts/strip.js';
import { Scope } from './scope.js';
import { State, seenText, skewText, unsentText } from './words.js';

function Facts({ device }) {
	return html`<dl class="facts">
		<${Fact} label=${t('devices.state')}><${State} device=${device} /><//>
		${device.reason &&
		html`<${Fact} label=${t('devices.why')}>
			${device.reason} <span class="soft">(${stamp(device.since)})</span>
		<//>`}
		<${Fact} label=${t('devices.crews')}>
			${device.crew_names.join(', ') || t('devices.noCrew')}
		<//>
		<${Fact} label=${t('devices.seen')}>
			${seenText(device)}
			${device.last_seen &&
			html` <span class="soft">(${stamp(device.last_seen)})</span>`}
		<//>
		<${Fact} label=${t('devices.unsent')}>${unsentText(device)}<//>
		<${Fact} label=${t('devices.clock')}>${skewText(device)}<//>
		<${Fact} label=${t('devices.version')}>${device.version}<//>
		<${Fact} label=${t('devices.words')}>
			<strong class="devices-words">${device.words}</strong>
		<//>
		<${Fact} label=${t('devices.enrolled')}>${stamp(device.enrolled)}<//>
		<${Fact} label=${t('devices.id')}><code>${device.device}</code><//>
	</dl>`;
}

const ACTS = {
	suspend: { path: 'device/suspend', danger: false },
	resume: { path: 'device/resume', danger: false },
	revoke: { path: 'device/revoke', danger: true },
};

function Ask({ what, device, onClose }) {
	const row = ACTS[what];

	return html`<${Reason}
		title=${t(`devices.${what}Title`, { name: device.name })}
		text=${t(`devices.${what}Text`)}
		yes=${t(`devices.${what}`)}
		presets=${[t(`devices.${what}Preset1`), t(`devices.${what}Preset2`)]}
		danger=${row.danger}
		onYes=${async (reason) => {
			const { error } = await act(
				row.path,
				{ device: device.device, reason },
				{ quiet: true },
			);

			if (!error)
				say(t(`devices.${what}Done`, { name: device.name }));
			return error;
		}}
		onClose=${onClose}
	/>`;
}

function Act({ icon, danger, onClick, children }) {
	return html`<button
		type="button"
		class=${danger ? 'button button-danger' : 'button'}
		onClick=${onClick}
	>
		<${Icon} name=${icon} />${children}
	</button>`;
}

export function Laptop({ device, onReplace, onClose }) {
	const [asking, setAsking] = useState('');
	const live = device.state !== 'revoked';

	return html`<${Panel}
		title=${device.name}
		onClose=${onClose}
	>
		<div class="stack">
			${device.alerts.map(
				(one) =>
					html`<${Strip} key=${one.alert} look="warn">
						<p class="devices-said">${one.text}</p>
						<p class="soft devices-said">${one.todo}</p>
					<//>`,
			)}
			<${Facts} device=${device} />
			<div class="row">
				${live &&
				html`<${Act} icon="users" onClick=${() => setAsking('scope')}>
					${t('devices.scope')}
				<//>`}
				${device.state === 'active' &&
				html`<${Act} icon="lock" onClick=${() => setAsking('suspend')}>
					${t('devices.suspend')}
				<//>`}
				${device.state === 'suspended' &&
				html`<${Act}
					icon="lock-open"
					onClick=${() => setAsking('resume')}
				>
					${t('devices.resume')}
				<//>`}
				${device.crews.length > 0 &&
				html`<${Act} icon="arrow-left-right" onClick=${onReplace}>
					${t('devices.replace')}
				<//>`}
				${live &&
				html`<${Act}
					icon="ban"
					danger=${true}
					onClick=${() => setAsking('revoke')}
				>
					${t('devices.revoke')}
				<//>`}
			</div>
		</div>
		${asking === 'scope' &&
		html`<${Scope} device=${device} onClose=${() => setAsking('')} />`}
		${asking &&
		asking !== 'scope' &&
		html`<${Ask}
			what=${asking}
			device=${device}
			onClose=${() => setAsking('')}
		/>`}
	<//>`;
}
