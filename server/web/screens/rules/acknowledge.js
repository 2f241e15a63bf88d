/* One or several alerts taken note of, with the reason why: a signed act. */
import { html } from '../../../../shared/web/preact.js';
import { t } from '../../../../shared/web/i18n.js';
import { act } from '../../ask.js';
import { say } from '../../state.js';
import { Reason } from '../../parts/reason.js';

export function Acknowledge({ ids, onClose }) {
	async function send(reason) {
		const { data, error } = await act(
			'rules/ack',
			{ id: ids.join(','), reason },
			{ quiet: true },
		);

		if (data)
			say(t('rules.acked', { n: data.acked }));
		return error;
	}

	return html`<${Reason}
		title=${t('rules.ackTitle', { n: ids.length })}
		text=${t('rules.ackHelp')}
		yes=${t('rules.ack')}
		min=${3}
		presets=${[
			t('rules.presetSeen'),
			t('rules.presetExempt'),
			t('rules.presetAgreed'),
		]}
		onYes=${send}
		onClose=${onClose}
	/>`;
}
