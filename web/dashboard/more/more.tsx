/** What is looked up rather than watched, one at a time: what to order, where the grams went, reports, who changed what, settings. */
import { useState } from 'react';
import type { Place } from '../places/places.js';
import { Audit } from './audit.js';
import styles from './more.module.css';
import { Reports } from './reports.js';
import { Settings } from './settings.js';
import { text } from './text.js';
import { ToOrder } from './to-order.js';
import { Usage } from './usage.js';

const PARTS = [
  { name: text.order, Part: ToOrder },
  { name: text.usage, Part: Usage },
  { name: text.reports, Part: Reports },
  { name: text.audit, Part: Audit },
  { name: text.settings, Part: Settings },
];

export default function More({
  place,
  className,
}: {
  readonly place: Place;
  readonly className: string | undefined;
}) {
  const [open, setOpen] = useState<string>();
  const shown = PARTS.find(({ name }) => name === open);
  return (
    <div className={styles.more}>
      <nav aria-label={text.more} className={styles.parts}>
        {PARTS.map(({ name }) => (
          <button
            key={name}
            type="button"
            aria-expanded={name === open}
            onClick={() => setOpen(name === open ? undefined : name)}
          >
            {name}
          </button>
        ))}
      </nav>
      {shown !== undefined && <shown.Part place={place} className={className} />}
    </div>
  );
}
