/**
 * What lies over the page until it is closed: from below on a phone, in the middle elsewhere. Escape, a press on the ground around it and
 * "back" close it; the focus returns to where it was.
 */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { common } from '../text/texts.js';
import styles from './sheet.module.css';

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
  const isPressOnGround = useRef(false);
  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    // Before it is removed: an element that is closed gives the focus back, one that is removed does not.
    return () => current?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the press is on the ground around it.
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // A browser may close it by itself, as by a second Escape.
        if (dialog.current?.open === false) onClose();
      }}
      onPointerDown={({ target, currentTarget }) => {
        isPressOnGround.current = target === currentTarget;
      }}
      onClick={({ target, currentTarget }) => {
        // A press that began inside, as when a text is selected, ends on the ground as well.
        if (target === currentTarget && isPressOnGround.current) onClose();
      }}
    >
      <div className={styles.paper}>
        <header className={styles.head}>
          <h2 id={id} className={isTitleHidden ? styles.hidden : styles.title}>
            {title}
          </h2>
          <button type="button" className={styles.close} aria-label={common.close} onClick={onClose}>
            <X size={24} aria-hidden="true" />
          </button>
        </header>
        <div className={styles.body}>{children}</div>
        {foot !== undefined && <footer className={styles.foot}>{foot}</footer>}
      </div>
    </dialog>
  );
}
