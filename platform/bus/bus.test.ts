import { expect, it } from 'vitest';
import { cutBus } from '../../tests/support/cut-bus.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { newId } from '../ids.js';
import { MISSED } from './bus.js';

describeOnBothBackends('the bus', (under) => {
  it('brings a message to every listener of its topic in every process, and to no other topic', async () => {
    const other = await under.another();
    const topic = newId();
    const listeners = await Promise.all([under.platform.bus.subscribe(topic), other.bus.subscribe(topic)]);
    const elsewhere = await under.platform.bus.subscribe(newId());

    under.platform.bus.publish(topic, { id: 'a', version: 1 });
    other.bus.publish(topic, { id: 'b', version: 2 });

    for (const listener of listeners) {
      const heard = [(await listener.next()).value, (await listener.next()).value];
      expect(heard).toHaveLength(2);
      expect(heard).toEqual(
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

  it('keeps the order of what one process publishes', async () => {
    const topic = newId();
    const listener = await under.platform.bus.subscribe(topic);
    for (let version = 1; version <= 200; version += 1) under.platform.bus.publish(topic, { version });
    for (let version = 1; version <= 200; version += 1)
      expect((await listener.next()).value).toEqual({ version });
    await listener.return?.();
  });

  it('ends a listener that falls a thousand messages behind, and spares the others', async () => {
    const topic = newId();
    const slow = await under.platform.bus.subscribe(topic);
    const quick = await under.platform.bus.subscribe(topic);
    const heard = (async () => {
      let count = 0;
      for await (const message of quick) {
        count += 1;
        if (message !== MISSED && message.version === 1_500) return count;
      }
      return count;
    })();
    for (let version = 1; version <= 1_500; version += 1) under.platform.bus.publish(topic, { version });
    expect(await heard).toBe(1_500);
    await expect(slow.next()).rejects.toThrow('behind');
    expect(await slow.next()).toEqual({ value: undefined, done: true });
  });

  it('wakes a listener that waits when it is returned', async () => {
    const listener = await under.platform.bus.subscribe(newId());
    const waiting = listener.next();
    await listener.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('tells every listener when its connection was lost, and then goes on', async () => {
    const topics = [newId(), newId()];
    const listeners = await Promise.all(topics.map((topic) => under.platform.bus.subscribe(topic)));
    await cutBus(under.platform);
    for (const listener of listeners) expect((await listener.next()).value).toBe(MISSED);
    for (const topic of topics) under.platform.bus.publish(topic, { version: 1 });
    for (const listener of listeners) {
      expect((await listener.next()).value).toEqual({ version: 1 });
      await listener.return?.();
    }
  });

  it('refuses a payload that PostgreSQL could not carry', () => {
    expect(() => under.platform.bus.publish('topic', { text: 'x'.repeat(8_000) })).toThrow(RangeError);
  });
});
