/*
 * A half-day's whole history, over the crew grid and the month.
 *
 *	<${HistoryDialog} worker=ID name=… day=… slot=… onClose=${…} />
 */
import { html } from '../../../shared/web/preact.js';
import { Dialog } from '../../../shared/web/dialog.js';

export function HistoryDialog({ name, onClose }) {
	return html`<${Dialog} title=${name} onClose=${onClose}><//>`;
}
