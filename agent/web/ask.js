/* A call's answer for a screen that shows it. */
import { useEffect, useState } from '../../shared/web/preact.js';
import * as api from '../../shared/web/api.js';
import {
	loadRoster,
	loadSession,
	loadStatus,
	roster,
	status,
} from './state.js';

const NOTHING = { of: '', data: null, error: null };

/* A screen that somebody unlocked the page on finds neither. True once the
 * roster is there: its crews, sites and words of each kind. */
export function useRoster() {
	useEffect(() => {
		if (!roster.value)
			void loadRoster();
		if (!status.value)
			void loadStatus();
	}, []);
	return Boolean(roster.value);
}

/* Changes whenever something was recorded, sent or received. */
export function countsSign() {
	const now = status.value;

	return now
		? [now.kept, now.sent, now.received, now.contested].join()
		: '';
}

/*
 * {data, error} of GET ${path}; asked anew when the members or ${sign} change.
 * An answer to other members is never shown in place of these.
 */
export function useAnswer(path, members, sign = '') {
	const of = JSON.stringify([path, members]);
	const [answer, setAnswer] = useState(NOTHING);

	useEffect(() => {
		let wanted = true;

		void api.get(path, members).then(({ data, error }) => {
			if (!wanted)
				return;
			setAnswer({ of, data, error });
			if (error?.status === 423)
				void loadSession();
		});
		return () => {
			wanted = false;
		};
	}, [of, sign]);
	return answer.of === of ? answer : NOTHING;
}
