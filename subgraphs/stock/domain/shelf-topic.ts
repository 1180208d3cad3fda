/** The MQTT topics of a shelf: `kedai/v1/{outletId}/shelves/{shelfId}/reading` and `…/status`. */
import { isId } from '../../../platform/ids.js';

export type ShelfChannel = 'reading' | 'status';

export interface ShelfTopic {
  readonly outletId: string;
  readonly shelfId: string;
  readonly channel: ShelfChannel;
}

/** Filters that match every shelf's topics. */
export const READING_FILTER = 'kedai/v1/+/shelves/+/reading';
export const STATUS_FILTER = 'kedai/v1/+/shelves/+/status';

const TOPIC = /^kedai\/v1\/([^/]+)\/shelves\/([^/]+)\/(reading|status)$/;

/** What all topics of a shelf begin with: a device may publish below this and nowhere else. */
export function topicPrefixOf(shelf: { readonly outletId: string; readonly id: string }): string {
  return `kedai/v1/${shelf.outletId}/shelves/${shelf.id}/`;
}

export function readingTopicOf(shelf: { readonly outletId: string; readonly id: string }): string {
  return `${topicPrefixOf(shelf)}reading`;
}

/** Undefined for what is no topic of a shelf. */
export function parseShelfTopic(topic: string): ShelfTopic | undefined {
  const [, outletId, shelfId, channel] = TOPIC.exec(topic) ?? [];
  if (outletId === undefined || shelfId === undefined || !isId(outletId) || !isId(shelfId)) return undefined;
  return { outletId, shelfId, channel: channel === 'status' ? 'status' : 'reading' };
}
