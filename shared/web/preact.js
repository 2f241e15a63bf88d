/*
 * The three libraries of the pages have their one home here: every other
 * module imports from this file.
 */
import { Fragment, createContext, h, render } from 'preact';
import {
	useCallback,
	useEffect,
	useId,
	useLayoutEffect,
	useMemo,
	useRef,
	useState,
} from 'preact/hooks';
import {
	batch,
	computed,
	effect,
	signal,
	useComputed,
	useSignal,
	useSignalEffect,
} from '@preact/signals';
import htm from 'htm';

const html = htm.bind(h);

export {
	Fragment,
	batch,
	computed,
	createContext,
	effect,
	h,
	html,
	render,
	signal,
	useCallback,
	useComputed,
	useEffect,
	useId,
	useLayoutEffect,
	useMemo,
	useRef,
	useSignal,
	useSignalEffect,
	useState,
};
