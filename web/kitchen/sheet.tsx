/** A sheet over the screen, closed by its button, by Escape or by a tap beside it; the focus returns to where it was. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { common } from '../shared/text/texts.js';
import styles from './sheet.module.css';

export interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Sheet({ title, onClose, children }: SheetProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    // A tap beside it cancels it, too.
    current?.setAttribute('closedby', 'any');
    current?.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles.body}>
        <header className={styles.head}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <button type="button" className={styles.choice} onClick={onClose}>
            {common.close}
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
