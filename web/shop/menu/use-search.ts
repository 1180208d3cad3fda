/** What a search finds: by the words of the menu at once, then by the graph, which knows synonyms and forgives a typing error. */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { SearchMenu } from '../operations.js';
import type { Item } from './menu.js';

const REST_MILLISECONDS = 200;

/** Ids, the best first; undefined where nothing is searched. */
export function useSearch(
  outletId: string,
  words: string,
  items: readonly Item[],
): readonly string[] | undefined {
  const wanted = words.trim();
  const [answer, setAnswer] = useState<{ readonly words: string; readonly ids: readonly string[] }>();
  useEffect(() => {
    if (wanted === '') return;
    let isLate = false;
    const timer = setTimeout(async () => {
      const { data } = await client.query(SearchMenu, { outletId, search: wanted }).toPromise();
      if (!isLate && data?.menu != null)
        setAnswer({ words: wanted, ids: data.menu.nodes.map(({ id }) => id) });
    }, REST_MILLISECONDS);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [outletId, wanted]);
  if (wanted === '') return undefined;
  return answer?.words === wanted ? answer.ids : idsWith(items, wanted);
}

function idsWith(items: readonly Item[], words: string): string[] {
  const wanted = plain(words).split(/\s+/);
  return items
    .filter((item) => {
      const text = plain(`${item.name} ${item.nameEn ?? ''} ${item.description}`);
      return wanted.every((word) => text.includes(word));
    })
    .map(({ id }) => id);
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
