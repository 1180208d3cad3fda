/** The outlets that one may see, each with one mark for its worst problem. */
import { useState } from 'react';
import { chooseOutlet } from '../../shared/client/outlet.js';
import type { Problem } from '../attention/problems.js';
import { Mark } from '../mark.js';
import { text } from '../text.js';
import styles from './outlet-list.module.css';
import type { Outlet, Place } from './places.js';

export interface OutletListProps {
  readonly outlets: readonly Outlet[];
  readonly place: Place;
  /** Of the outlets that are shown; of others it is not known. */
  readonly worst: ReadonlyMap<string, Problem['severity']>;
}

export function OutletList({ outlets, place, worst }: OutletListProps) {
  // What was seen of an outlet stays beside its name while another one is shown.
  const [seen, setSeen] = useState<ReadonlyMap<string, Problem['severity'] | 'good'>>(new Map());
  const present = new Map(seen);
  for (const { id } of place.outlets) present.set(id, worst.get(id) ?? 'good');
  if ([...present].some(([id, severity]) => seen.get(id) !== severity)) setSeen(present);
  return (
    <nav className={styles.list} aria-label={text.outlets}>
      <ul>
        <li>
          <button
            type="button"
            aria-current={place.outlet === undefined ? 'true' : undefined}
            onClick={() => chooseOutlet(undefined)}
          >
            {text.allOutlets(outlets.length)}
          </button>
        </li>
        {outlets.map(({ id, name, city }) => {
          const severity = present.get(id);
          return (
            <li key={id}>
              <button
                type="button"
                aria-current={place.outlet?.id === id ? 'true' : undefined}
                onClick={() => chooseOutlet(id)}
              >
                <span
                  title={severity === undefined ? undefined : text.worst[severity]}
                  className={styles.mark}
                >
                  {severity !== undefined && <Mark tone={severity} />}
                </span>
                <span className={styles.name}>{name}</span>
                <span className={styles.city}>{city}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
