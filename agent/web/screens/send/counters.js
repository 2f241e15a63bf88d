/* Kept here → sent → received: the same three words everywhere. */
import { html } from '../../../../shared/web/preact.js';
import { Icon } from '../../../../shared/web/icon.js';
import { number } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';

function Counter({ icon, n, word, help }) {
	return html`<li class="card send-counter">
		<${Icon} name=${icon} />
		<span class="send-count">${number(n)}</span>
		<span class="send-word">${word}</span>
		<span class="small soft">${help}</span>
	</li>`;
}

export function Counters({ found }) {
	return html`<ol class="send-counters" aria-label=${t('send.title')}>
		<${Counter}
			icon="house"
			n=${found.kept}
			word=${t('send.kept', { n: found.kept })}
			help=${t('send.keptHelp')}
		/>
		<${Counter}
			icon="cloud-upload"
			n=${found.sent}
			word=${t('send.sent', { n: found.sent })}
			help=${t('send.sentHelp')}
		/>
		<${Counter}
			icon="check-check"
			n=${found.received}
			word=${t('send.receivedWord', { n: found.received })}
			help=${t('send.receivedHelp')}
		/>
	</ol>`;
}
