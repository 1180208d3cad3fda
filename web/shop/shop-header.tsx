/** The head of the shop: the outlet, the link's state, the person. */
import { ChevronDown, UserRound } from 'lucide-react';
import { ConnectionStatus } from '../shared/components/connection-status.js';
import { go } from './address.js';
import styles from './shop-header.module.css';
import { text } from './text.js';

export interface ShopHeaderProps {
  readonly title: string;
  /** Below the title, such as the opening hours. */
  readonly line?: string | undefined;
  readonly isOpen?: boolean;
  readonly person?: { readonly name: string; readonly unread: number } | undefined;
  onPerson?(): void;
}

export function ShopHeader({ title, line, isOpen = true, person, onPerson }: ShopHeaderProps) {
  return (
    <header className={styles.header}>
      {line === undefined ? (
        <p className={styles.title}>{title}</p>
      ) : (
        <button
          type="button"
          className={styles.outlet}
          title={text.changeOutlet}
          onClick={() => go({ view: 'outlets' })}
        >
          <span className={styles.title}>
            <span className={styles.name}>{title}</span>
            <ChevronDown size={16} aria-hidden="true" />
          </span>
          <span className={styles.line} data-open={isOpen}>
            {line}
          </span>
        </button>
      )}
      <ConnectionStatus />
      {person !== undefined && (
        <button
          type="button"
          className={styles.person}
          title={text.accountOf(person.name)}
          onClick={onPerson}
        >
          <UserRound size={18} aria-hidden="true" />
          <span className={styles.first}>{person.name.split(' ')[0]}</span>
          {person.unread > 0 && (
            <span className={styles.unread} title={text.unread(person.unread)}>
              {person.unread > 9 ? '9+' : person.unread}
            </span>
          )}
        </button>
      )}
    </header>
  );
}
