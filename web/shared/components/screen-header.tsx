/** The head of a screen: what it is, the link's state, and who is signed in. */
import type { ReactNode } from 'react';
import { signOut, useSession } from '../client/session.js';
import { common } from '../text/texts.js';
import { Button } from './button.js';
import { ConnectionStatus } from './connection-status.js';
import styles from './screen-header.module.css';

export function ScreenHeader({
  title,
  children,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}) {
  const person = useSession()?.person;
  return (
    <header className={styles.header}>
      <div className={styles.title}>{title}</div>
      {children}
      <ConnectionStatus />
      {person !== undefined && (
        <div className={styles.person}>
          <span className={styles.name}>{person.name}</span>
          <Button look="quiet" onClick={() => void signOut()}>
            {common.signOut}
          </Button>
        </div>
      )}
    </header>
  );
}
