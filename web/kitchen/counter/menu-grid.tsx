/** The outlet's menu as tiles, by category or by a search; a tap adds an item with its defaults, Enter in the search the first one found. */
import { useState } from 'react';
import { rupiah } from '../../shared/text/format.js';
import styles from './counter.module.css';
import type { CounterItemFragment } from './operations.js';
import { counterText } from './text.js';

export interface MenuGridProps {
  readonly items: readonly CounterItemFragment[];
  readonly soldOut: ReadonlySet<string>;
  /** While an order is being paid. */
  readonly isOff: boolean;
  readonly onAdd: (item: CounterItemFragment) => void;
}

export function MenuGrid({ items, soldOut, isOff, onAdd }: MenuGridProps) {
  const [category, setCategory] = useState<CounterItemFragment['category']>();
  const [search, setSearch] = useState('');
  const categories = [...new Set(items.map((item) => item.category))];
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = items.filter(
    (item) =>
      (category === undefined || words.length > 0 || item.category === category) &&
      words.every((word) => item.name.toLowerCase().includes(word)),
  );
  return (
    <section aria-label={counterText.menu} className={styles.menu}>
      <div className={styles.tools}>
        <input
          type="search"
          className={styles.search}
          aria-label={counterText.search}
          placeholder={counterText.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          onKeyDown={({ key }) => {
            const first = shown.find(({ id }) => !soldOut.has(id));
            if (key !== 'Enter' || words.length === 0 || first === undefined || isOff) return;
            onAdd(first);
            setSearch('');
          }}
        />
        {[undefined, ...categories].map((one) => (
          <button
            key={one ?? ''}
            type="button"
            className={styles.chip}
            aria-pressed={one === category}
            onClick={() => {
              setCategory(one);
              setSearch('');
            }}
          >
            {one === undefined ? counterText.all : counterText.categories[one]}
          </button>
        ))}
      </div>
      <ul className={styles.tiles}>
        {shown.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              className={styles.tile}
              disabled={soldOut.has(item.id)}
              // Still reached by keys: the list scrolls.
              aria-disabled={isOff}
              data-sold-out={soldOut.has(item.id) || undefined}
              onClick={() => {
                if (!isOff) onAdd(item);
              }}
            >
              <span className={styles.tileName}>{item.name}</span>
              <span className={styles.price}>
                {soldOut.has(item.id) ? counterText.soldOut : rupiah(item.price.amount)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className={styles.noMatch}>{counterText.noMatch}</p>}
    </section>
  );
}
