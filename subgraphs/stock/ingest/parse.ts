/** First step: what a message says. Whatever cannot be read comes out as a dead letter with its reason; nothing is thrown. */
import { z } from 'zod';
import { parseShelfTopic } from '../domain/shelf-topic.js';
import { dead, type Message, type Parsed } from './message.js';

/** A reading takes about 120 bytes. */
export const MAXIMUM_PAYLOAD_BYTES = 4_096;

const MOST_GRAMS = 100_000_000;
const LARGEST_SEQ = 2_147_483_647;

const readingSchema = z.object({
  seq: z.number().int().min(0).max(LARGEST_SEQ),
  bootId: z
    .string()
    .min(1)
    .max(64)
    .refine((value) => !value.includes('\0'), 'must not contain NUL'),
  at: z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value))
    // A clock that was never set says 1970.
    .refine((at) => at.getTime() >= 0, 'must be a moment since 1970'),
  grams: z.number().min(-MOST_GRAMS).max(MOST_GRAMS).transform(Math.round),
  batteryPct: z
    .number()
    .min(0)
    .max(100)
    .nullish()
    .transform((value) => (value == null ? null : Math.round(value))),
});

const decoder = new TextDecoder('utf-8', { fatal: true });

export function parse(message: Message): Parsed {
  const { payload } = message;
  const topic = parseShelfTopic(message.topic);
  if (topic === undefined) return dead(message, 'UNKNOWN_TOPIC');
  if (payload.byteLength > MAXIMUM_PAYLOAD_BYTES) {
    return dead(message, 'TOO_LARGE', `${payload.byteLength} bytes`);
  }
  const { channel, outletId, shelfId } = topic;
  if (channel === 'status') {
    const status = Buffer.from(payload).toString('utf8');
    if (status !== 'online' && status !== 'offline')
      return dead(message, 'INVALID', 'neither online nor offline');
    return { kind: 'status', outletId, shelfId, isOnline: status === 'online' };
  }
  let content: unknown;
  try {
    content = JSON.parse(decoder.decode(payload));
  } catch {
    return dead(message, 'NOT_JSON');
  }
  const { data, error } = readingSchema.safeParse(content);
  if (error) {
    const problems = error.issues.map(({ path, message: problem }) => `${path.join('.')}: ${problem}`);
    return dead(message, 'INVALID', problems.join('; '));
  }
  const { batteryPct, ...reading } = data;
  return { kind: 'reading', outletId, shelfId, ...reading, batteryPercent: batteryPct, message };
}
