/*
 * What has the focus first. By hand: the browser's autofocus does nothing for
 * what is drawn later, and a scanner types wherever the focus is.
 */
import { useEffect, useRef } from '../../../../shared/web/preact.js';

export function useFirstFocus(wanted = true) {
	const ref = useRef(null);

	useEffect(() => {
		if (wanted && ref.current)
			ref.current.focus();
	}, []);
	return ref;
}
