import { expect, it } from 'vitest';
import { cutBus } from '../../tests/support/cut-bus.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { newId } from '../ids.js';
import { MISSED } from './bus.js';

describeOnBothBackends('the bus', (under) => {
  it('delivers a message to every subscriber of its topic in every process, and to no other topic', async () => {
    const other = await under.another();
    const topic = newId();
    const subscribers = await Promise.all([under.platform.bus.subscribe(topic), other.bus.subscribe(topic)]);
    const elsewhere = await under.platform.bus.subscribe(newId());

    under.platform.bus.publish(topic, { id: 'a', version: 1 });
    other.bus.publish(topic, { id: 'b', version: 2 });

    for (const subscriber of subscribers) {
      const received = [(await subscriber.next()).value, (await subscriber.next()).value];
      expect(received).toHaveLength(2);
      expect(received).toEqual(
        expect.arrayContaining([
          { id: 'a', version: 1 },
          { id: 'b', version: 2 },
        ]),
      );
    }
    await elsewhere.return?.();
    expect(await elsewhere.next()).toEqual({ value: undefined, done: true });
    await other.close();
  });

  it('delivers the messages of one process in their order', async () => {
    const topic = newId();
    const subscriber = await under.platform.bus.subscribe(topic);
    for (let version = 1; version <= 200; version += 1) under.platform.bus.publish(topic, { version });
    for (let version = 1; version <= 200; version += 1)
      expect((await subscriber.next()).value).toEqual({ version });
    await subscriber.return?.();
  });

  it('ends a subscriber that falls a thousand messages behind, and no other', async () => {
    const topic = newId();
    const slow = await under.platform.bus.subscribe(topic);
    const quick = await under.platform.bus.subscribe(topic);
    const received = (async () => {
      let count = 0;
      for await (const message of quick) {
        count += 1;
        if (message !== MISSED && message.version === 1_500) return count;
      }
      return count;
    })();
    for (let version = 1; version <= 1_500; version += 1) under.platform.bus.publish(topic, { version });
    expect(await received).toBe(1_500);
    await expect(slow.next()).rejects.toThrow('behind');
    expect(await slow.next()).toEqual({ value: undefined, done: true });
  });

  it('ends a pending read when the subscriber returns', async () => {
    const subscriber = await under.platform.bus.subscribe(newId());
    const waiting = subscriber.next();
    await subscriber.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('sends MISSED to every subscriber when the connection was lost, and then delivers again', async () => {
    const topics = [newId(), newId()];
    const subscribers = await Promise.all(topics.map((topic) => under.platform.bus.subscribe(topic)));
    await cutBus(under.platform);
    for (const subscriber of subscribers) expect((await subscriber.next()).value).toBe(MISSED);
    for (const topic of topics) under.platform.bus.publish(topic, { version: 1 });
    for (const subscriber of subscribers) {
      expect((await subscriber.next()).value).toEqual({ version: 1 });
      await subscriber.return?.();
    }
  });

  it('refuses a payload that PostgreSQL could not carry', () => {
    expect(() => under.platform.bus.publish('topic', { text: 'x'.repeat(8_000) })).toThrow(RangeError);
  });
});
