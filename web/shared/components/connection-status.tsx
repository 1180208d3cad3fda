/** The link's state in a word and a shape, with the age of what is shown while the link is away. */
import { useLink } from '../client/connection.js';
import { span } from '../text/format.js';
import { common } from '../text/texts.js';
import styles from './connection-status.module.css';
import { useNow } from './use-now.js';

/** A page that opens is connected sooner. */
const SHOWN_FROM_MILLISECONDS = 1_000;

export function ConnectionStatus() {
  const { state, aliveAt } = useLink();
  const now = useNow();
  return (
    <div role="status" aria-label={common.connection} className={styles.status} data-state={state}>
      <svg className={styles.shape} viewBox="0 0 10 10" aria-hidden="true">
        {state === 'live' && <circle cx="5" cy="5" r="4" />}
        {state === 'reconnecting' && <path d="M5 1 9 9H1z" />}
        {state === 'stale' && <path d="M1.5 1.5h7v7h-7z" />}
      </svg>
      <span>{common[state]}</span>
      {state !== 'live' && now - aliveAt >= SHOWN_FROM_MILLISECONDS && (
        <span className={styles.age} aria-hidden="true">
          {span(now - aliveAt)}
        </span>
      )}
    </div>
  );
}
