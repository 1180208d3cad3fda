/** First step: parses a message. What cannot be read becomes a dead letter with its reason; nothing is thrown. */
import { z } from 'zod';
import {
  dead,
  MAXIMUM_GRAMS,
  MAXIMUM_PAYLOAD_BYTES,
  type Message,
  type Parsed,
} from '../domain/shelf-message.js';
import { parseShelfTopic, type ShelfTopic } from '../domain/shelf-topic.js';
import type { Content } from './formats/format.js';
import { FORMATS } from './formats/list.js';
import { jsonOf } from './formats/values.js';

/** Years of four digits, in UTC, which PostgreSQL and ISO 8601 write alike. */
const EARLIEST_MOMENT = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

const readingSchema = z.object({
  seq: z
    .number()
    .refine(
      (seq) => Number.isSafeInteger(seq) && seq >= 0,
      'must be a whole number from 0 to 2^53 − 1 (53 bits)',
    ),
  bootId: z
    .string()
    .min(1)
    .max(64)
    .refine((value) => !value.includes('\0'), 'must not contain NUL'),
  // The device's clock may be wrong by years, which is no reason to lose its reading.
  at: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value))
    .refine(
      (at) => at.getTime() >= EARLIEST_MOMENT && at.getTime() <= LATEST_MOMENT,
      'must be in the years 1 to 9999',
    ),
  grams: z.number().min(-MAXIMUM_GRAMS).max(MAXIMUM_GRAMS),
  batteryPct: z
    .number()
    .min(0)
    .max(100)
    .nullish()
    .transform((value) => (value == null ? null : Math.round(value))),
});

/** @param arrivedAt milliseconds since 1970, by which readings of devices that number nothing are ordered. */
export function parse(message: Message, arrivedAt?: number): Parsed {
  const { payload } = message;
  const topic = parseShelfTopic(message.topic);
  if (topic === undefined) return dead(message, 'UNKNOWN_TOPIC');
  if (payload.byteLength > MAXIMUM_PAYLOAD_BYTES) {
    return dead(message, 'TOO_LARGE', `${payload.byteLength} bytes`);
  }
  const { channel, outletId, shelfId } = topic;
  if (channel === 'other') return parseOther(message, topic, arrivedAt ?? Date.now());
  if (channel === 'status') {
    const status = Buffer.from(payload).toString('utf8');
    if (status !== 'online' && status !== 'offline')
      return dead(message, 'INVALID', 'neither online nor offline');
    const isRetained = message.isRetained ?? false;
    return { kind: 'status', outletId, shelfId, isOnline: status === 'online', isRetained };
  }
  const json = jsonOf(payload);
  if (json === null) return dead(message, 'NOT_JSON');
  const { data, error } = readingSchema.safeParse(json.content);
  if (error) {
    const problems = error.issues.map(({ path, message: problem }) => `${path.join('.')}: ${problem}`);
    return dead(message, 'INVALID', problems.join('; '));
  }
  const { batteryPct, ...reading } = data;
  return { kind: 'reading', outletId, shelfId, ...reading, batteryPercent: batteryPct, message };
}

/** In the first of the formats that has such a topic. */
function parseOther(message: Message, { outletId, shelfId, rest }: ShelfTopic, arrivedAt: number): Parsed {
  const content = contentOf(rest.split('/'), message.payload, arrivedAt);
  switch (content?.kind) {
    case undefined:
      return dead(message, 'UNKNOWN_TOPIC');
    case 'unreadable':
      return dead(message, content.reason, content.detail);
    case 'silent':
      return { kind: 'ignored' };
    case 'connection': {
      const isRetained = message.isRetained ?? false;
      return { kind: 'status', outletId, shelfId, isOnline: content.isOnline, isRetained };
    }
    case 'weighed': {
      const { joins, ...weighed } = content;
      return {
        ...weighed,
        ...{ kind: 'reading', outletId, shelfId, message },
        ...(joins === null ? {} : { joins }),
      };
    }
  }
}

function contentOf(levels: readonly string[], payload: Uint8Array, arrivedAt: number): Content | undefined {
  for (const format of FORMATS) {
    const content = format.read(levels, payload, arrivedAt);
    if (content !== undefined) return content;
  }
  return undefined;
}
