/** What lies over the page until it is closed: from below on a phone, in the middle elsewhere. Escape, the ground and "back" close it. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './sheet.module.css';
import { text } from './text.js';

export interface SheetProps {
  readonly title: string;
  /** Of a sheet whose content has its own heading. */
  readonly isTitleHidden?: boolean;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
  onClose(): void;
}

export function Sheet({ title, isTitleHidden = false, foot, children, onClose }: SheetProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the press is on the ground around it.
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className={styles.paper}>
        <header className={styles.head}>
          <h2 id={id} className={isTitleHidden ? styles.hidden : styles.title}>
            {title}
          </h2>
          <button
            type="button"
            className={styles.close}
            aria-label={text.close}
            onClick={() => dialog.current?.close()}
          >
            <X size={20} aria-hidden="true" />
          </button>
        </header>
        <div className={styles.body}>{children}</div>
        {foot !== undefined && <footer className={styles.foot}>{foot}</footer>}
      </div>
    </dialog>
  );
}
