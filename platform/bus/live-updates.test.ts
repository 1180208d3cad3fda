import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutBus } from '../../tests/support/cut-bus.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import type { Bus } from './bus.js';
import { liveUpdates } from './live-updates.js';

let platform: Awaited<ReturnType<typeof openTestPlatform>>;

beforeAll(async () => {
  platform = await openTestPlatform();
});
afterAll(() => platform.drop());

/** The platform's bus, counting its subscribers. */
function counted(bus: Bus) {
  let listeners = 0;
  return {
    listeners: () => listeners,
    bus: {
      ...bus,
      async subscribe(topic: string) {
        const messages = await bus.subscribe(topic);
        listeners += 1;
        return {
          ...messages,
          next: () => messages.next(),
          async return() {
            listeners -= 1;
            return messages.return?.() ?? { done: true as const, value: undefined };
          },
          [Symbol.asyncIterator]: () => messages,
        };
      },
    },
  };
}

describe('live updates', () => {
  test('send a snapshot first, then the updates that each message stands for', async () => {
    const updates = await liveUpdates({
      bus: platform.bus,
      topic: 'levels',
      first: async () => ['one', 'two'],
      next: async ({ level }) => (level === 0 ? [] : [`level ${level}`]),
    });
    for (const level of [0, 3, 4]) platform.bus.publish('levels', { level });
    const sent: unknown[] = [];
    for (let count = 0; count < 4; count += 1) sent.push((await updates.next()).value);
    expect(sent).toEqual(['one', 'two', 'level 3', 'level 4']);
    await updates.return?.();
  });

  test('miss nothing that is published while the snapshot is read', async () => {
    const updates = await liveUpdates({
      bus: platform.bus,
      topic: 'early',
      first: async () => {
        platform.bus.publish('early', { level: 1 });
        return [];
      },
      next: async ({ level }) => [level],
    });
    expect((await updates.next()).value).toBe(1);
    await updates.return?.();
  });

  test('read the snapshot again when messages may have been lost', async () => {
    let level = 1;
    const updates = await liveUpdates({
      bus: platform.bus,
      topic: 'cut',
      first: async () => [`level ${level}`],
      next: async () => [],
    });
    expect((await updates.next()).value).toBe('level 1');
    level = 2;
    await cutBus(platform);
    expect((await updates.next()).value).toBe('level 2');
    await updates.return?.();
  });

  test('end at once when returned, also while the next message is awaited, and unsubscribe', async () => {
    const { bus, listeners } = counted(platform.bus);
    const updates = await liveUpdates({ bus, topic: 'silent', next: async () => [1] });
    const waiting = updates.next();
    await updates.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await eventually(() => expect(listeners()).toBe(0));
  });

  test('are refused with the error of the snapshot, and unsubscribe', async () => {
    const { bus, listeners } = counted(platform.bus);
    const refused = liveUpdates({
      bus,
      topic: 'refused',
      first: () => Promise.reject(new Error('not yours')),
      next: async () => [1],
    });
    await expect(refused).rejects.toThrow('not yours');
    expect(listeners()).toBe(0);
  });
});
