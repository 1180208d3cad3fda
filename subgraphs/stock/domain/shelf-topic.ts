/** The MQTT topics of a shelf: `kedai/v1/{outletId}/shelves/{shelfId}/reading`, `…/status`, and what other formats have below it. */
import { isId } from '../../../platform/ids.js';

export type ShelfChannel = 'reading' | 'status' | 'other';

export interface ShelfTopic {
  readonly outletId: string;
  readonly shelfId: string;
  readonly channel: ShelfChannel;
  /** What follows the shelf's own topic. */
  readonly rest: string;
}

/** What filters that match every shelf's topics begin with. */
export const SHELVES_FILTER = 'kedai/v1/+/shelves/+/';

const TOPIC = /^kedai\/v1\/([^/]+)\/shelves\/([^/]+)\/(.+)$/s;

/** What all topics of a shelf begin with: a device may publish below this and nowhere else. */
export function topicPrefixOf(shelf: { readonly outletId: string; readonly id: string }): string {
  return `kedai/v1/${shelf.outletId}/shelves/${shelf.id}/`;
}

export function readingTopicOf(shelf: { readonly outletId: string; readonly id: string }): string {
  return `${topicPrefixOf(shelf)}reading`;
}

/** Undefined for what is no topic of a shelf. */
export function parseShelfTopic(topic: string): ShelfTopic | undefined {
  const [, outletId, shelfId, rest = ''] = TOPIC.exec(topic) ?? [];
  if (outletId === undefined || shelfId === undefined || !isId(outletId) || !isId(shelfId)) return undefined;
  const channel = rest === 'reading' || rest === 'status' ? rest : 'other';
  return { outletId, shelfId, channel, rest };
}
