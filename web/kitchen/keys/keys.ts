/** What the keyboard of the kitchen does. 1 to 9 choose a ticket; the other keys can be mapped otherwise on each device. */
import { useEffect, useRef, useSyncExternalStore } from 'react';

export const COMMANDS = ['advance', 'undo', 'recall', 'totals', 'next', 'previous', 'help'] as const;
export type Command = (typeof COMMANDS)[number];
export type KeyMap = Readonly<Record<Command, string>>;

export const DEFAULT_KEYS: KeyMap = {
  advance: 'Enter',
  undo: 'Backspace',
  recall: 'r',
  totals: 's',
  next: 'PageDown',
  previous: 'PageUp',
  help: '?',
};

const STORED = 'kedai-kitchen-keys';
const listeners = new Set<() => void>();
let keys: KeyMap = read();

export function useKeys(): KeyMap {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => keys,
  );
}

/** A command whose key is taken gets the key that this one had. */
export function remapped(map: KeyMap, command: Command, key: string): KeyMap {
  const named = nameOf(key);
  const holder = COMMANDS.find((one) => map[one] === named);
  return { ...map, ...(holder === undefined ? {} : { [holder]: map[command] }), [command]: named };
}

export function commandOf(map: KeyMap, key: string): Command | undefined {
  const named = nameOf(key);
  return COMMANDS.find((command) => map[command] === named);
}

export function setKeys(map: KeyMap): void {
  keys = map;
  localStorage.setItem(STORED, JSON.stringify(map));
  for (const listener of listeners) listener();
}

/** @param place from 1 to 9. */
export function useKeyboard(run: (command: Command) => void, choose: (place: number) => void): void {
  const latest = useRef({ run, choose });
  latest.current = { run, choose };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!(event.target instanceof Element) || document.querySelector('dialog[open]') !== null) return;
      if (event.target.closest('input, textarea, select') !== null) return;
      if (/^[1-9]$/.test(event.key)) return latest.current.choose(Number(event.key));
      const command = commandOf(keys, event.key);
      // A control that has the focus takes Enter itself.
      if (command === undefined || (event.key === 'Enter' && event.target.closest('button, a') !== null))
        return;
      event.preventDefault();
      latest.current.run(command);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

/** Letters without regard to case. */
function nameOf(key: string): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

function read(): KeyMap {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return DEFAULT_KEYS;
    const known = Object.entries(stored).filter(
      ([name, key]) => name in DEFAULT_KEYS && typeof key === 'string',
    );
    return { ...DEFAULT_KEYS, ...Object.fromEntries(known) };
  } catch {
    return DEFAULT_KEYS;
  }
}
