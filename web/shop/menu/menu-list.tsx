/** The menu by its categories, with chips that lead to each and follow the list; what a search finds stands in its order, without categories. */
import { useEffect, useRef, useState } from 'react';
import { Skeleton } from '../../shared/components/panel.js';
import { text } from '../text.js';
import { CATEGORIES, categoryName } from './labels.js';
import type { Item } from './menu.js';
import styles from './menu-list.module.css';
import { MenuRow } from './menu-row.js';

export interface MenuListProps {
  /** Undefined until a menu was read. */
  readonly items: readonly Item[] | undefined;
  /** Ids in the order of what a search found; undefined where nothing is searched. */
  readonly found: readonly string[] | undefined;
  readonly words: string;
  inBasket(itemId: string): number;
  onOpen(item: Item): void;
  onAdd(item: Item): void;
}

export function MenuList({ items, found, words, inBasket, onOpen, onAdd }: MenuListProps) {
  const shown = orderOf(items ?? [], found);
  const categories = CATEGORIES.filter((category) => shown.some((item) => item.category === category));
  const list = useRef<HTMLUListElement>(null);
  const present = usePresentCategory(list, found === undefined, shown.length);
  if (items === undefined)
    return (
      <div className={styles.loading} aria-busy="true">
        <Skeleton rows={6} />
      </div>
    );
  return (
    <>
      {found === undefined && categories.length > 1 && (
        <nav className={styles.chips} aria-label={text.categories}>
          {categories.map((category) => (
            <a
              key={category}
              href={`#${category}`}
              className={styles.chip}
              aria-current={category === (present ?? categories[0]) || undefined}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(category)?.scrollIntoView({ behavior: 'smooth' });
              }}
            >
              {categoryName[category]}
            </a>
          ))}
        </nav>
      )}
      {shown.length === 0 ? (
        <p className={styles.empty}>{found === undefined ? text.emptyMenu : text.nothingFound(words)}</p>
      ) : (
        <ul ref={list} className={styles.list} aria-label={text.menu}>
          {shown.map((item, index) => {
            const isFirst = found === undefined && item.category !== shown[index - 1]?.category;
            return (
              <li key={item.id} className={styles.item} data-first={isFirst || undefined}>
                {isFirst && (
                  <h2 id={item.category} className={styles.category}>
                    {categoryName[item.category]}
                  </h2>
                )}
                <MenuRow
                  item={item}
                  inBasket={inBasket(item.id)}
                  onOpen={() => onOpen(item)}
                  onAdd={() => onAdd(item)}
                />
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

function orderOf(items: readonly Item[], found: readonly string[] | undefined): readonly Item[] {
  if (found === undefined)
    return CATEGORIES.flatMap((category) => items.filter((item) => item.category === category));
  const byId = new Map(items.map((item) => [item.id, item]));
  return found.flatMap((id) => byId.get(id) ?? []);
}

/** The category whose heading passed the top last. */
function usePresentCategory(
  list: { readonly current: HTMLUListElement | null },
  isOn: boolean,
  count: number,
): string | undefined {
  const [present, setPresent] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items have other headings.
  useEffect(() => {
    if (!isOn) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      const headings = [...(list.current?.querySelectorAll('h2') ?? [])];
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140).at(-1);
      setPresent((passed ?? headings[0])?.id);
    };
    const onScroll = () => {
      frame ||= requestAnimationFrame(look);
    };
    addEventListener('scroll', onScroll, { passive: true });
    return () => {
      removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame);
    };
  }, [list, isOn, count]);
  useEffect(() => {
    if (present === undefined) return;
    const chip = document.querySelector(`a[href="#${present}"]`);
    const bar = chip?.parentElement;
    if (chip instanceof HTMLElement && bar != null)
      bar.scrollTo({
        left: chip.offsetLeft - bar.clientWidth / 2 + chip.offsetWidth / 2,
        behavior: 'smooth',
      });
  }, [present]);
  return present;
}
