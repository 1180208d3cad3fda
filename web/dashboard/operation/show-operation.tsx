/** What a panel runs: the GraphQL, its variables, the subgraphs that it takes and its last latency, to be opened in GraphiQL. */

import { Braces } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { common } from '../../shared/text/texts.js';
import { text } from '../text.js';
import styles from './show-operation.module.css';

const Operations = lazy(() => import('./operations-shown.js'));

export function ShowOperation({
  panel,
  names,
}: {
  readonly panel: string;
  readonly names: readonly string[];
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    setOpen(true);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className={styles.button} onClick={open} title={text.showOperation}>
        <Braces size={14} aria-hidden="true" />
        <span>{text.showOperation}</span>
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself. */}
      <dialog
        ref={dialog}
        className={styles.dialog}
        aria-label={text.operationsOf(panel)}
        onClose={() => setOpen(false)}
        onClick={({ target }) => {
          if (target === dialog.current) dialog.current.close();
        }}
      >
        {isOpen && (
          <div className={styles.content}>
            <header className={styles.head}>
              <h2 className={styles.title}>{text.operationsOf(panel)}</h2>
              <button type="button" className={styles.button} onClick={() => dialog.current?.close()}>
                {common.close}
              </button>
            </header>
            <Suspense fallback={<p>{common.loading}</p>}>
              <Operations names={names} />
            </Suspense>
          </div>
        )}
      </dialog>
    </>
  );
}
