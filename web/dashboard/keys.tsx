/** The dashboard by keyboard. Keys count where nothing is being written. */
import { type RefObject, useEffect, useRef } from 'react';
import { Button } from '../shared/components/button.js';
import { common } from '../shared/text/texts.js';
import styles from './keys.module.css';
import { text } from './text.js';

const SECOND_KEY_MILLISECONDS = 1_500;
const GO_TO: Readonly<Record<string, string>> = { s: 'stock', o: 'orders', p: 'payments', h: 'shelves' };

export function Keys({ search }: { readonly search: RefObject<HTMLInputElement | null> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let goneAt = 0;
    const listen = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(target)) return;
      if (key === '/') {
        event.preventDefault();
        search.current?.focus();
      } else if (key === '?') dialog.current?.showModal();
      else if (key === 'g') goneAt = event.timeStamp;
      else if (event.timeStamp - goneAt < SECOND_KEY_MILLISECONDS) {
        const place = document.getElementById(GO_TO[key] ?? '');
        place?.scrollIntoView({ block: 'start' });
        place?.focus({ preventScroll: true });
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [search]);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-label={text.keys}>
      <h2 className={styles.title}>{text.keys}</h2>
      <dl className={styles.keys}>
        {text.keyList.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={() => dialog.current?.close()}>{common.close}</Button>
    </dialog>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
