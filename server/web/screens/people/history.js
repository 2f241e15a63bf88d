/* What became of a note: every revision, who, when and why. */
import { html } from '../../../../shared/web/preact.js';
import { Dialog } from '../../../../shared/web/dialog.js';
import { stamp } from '../../../../shared/web/format.js';
import { t } from '../../../../shared/web/i18n.js';
import { useAnswer } from '../../ask.js';
import { Answer } from '../../parts/answer.js';

export function History({ id, line, onClose }) {
	const answer = useAnswer('care/history', { id });

	return html`<${Dialog} title=${t('people.history')} onClose=${onClose}>
		<${Answer} of=${answer} lines=${3}>
			${(data) =>
				html`<ol class="people-notes">
					${data.rows.map(
						(row) =>
							html`<li key=${row.hash} class="people-note">
								<div>
									<p class="soft small">
										${stamp(row.at, {
											dateStyle: 'medium',
											timeStyle: 'short',
										})},${' '}
										<bdi
											>${row.person ||
											t('people.console')}</bdi
										>
									</p>
									<p>
										${row.value
											? line(row.value)
											: t('people.voided')}
									</p>
									${row.reason &&
									html`<p>
										${t('people.because')}${' '}<q
											><bdi>${row.reason}</bdi></q
										>
									</p>`}
								</div>
							</li>`,
					)}
				</ol>`}
		<//>
	<//>`;
}
