import { Redis } from 'ioredis';
import mqtt from 'mqtt';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startMosquitto } from '../../deploy/local-fleet/mosquitto.js';
import { freshDatabase } from './database.js';
import { describeWithMosquitto } from './mosquitto.js';
import { describeWithRedis, startRedis } from './redis.js';
import { eventually } from './wait.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a fresh database', () => {
  it("is isolated: no test file sees another's writes", async () => {
    const [one, other] = await Promise.all([freshDatabase('platform'), freshDatabase('platform')]);
    await query(one.url, 'CREATE TABLE mark (id int)');
    await expect(query(other.url, 'SELECT * FROM mark')).rejects.toThrow('"mark" does not exist');
    await Promise.all([one.drop(), other.drop()]);
  });

  it('is filled once for all that ask for the same', async () => {
    let fills = 0;
    async function markedOnce(url: string): Promise<void> {
      fills += 1;
      await query(url, 'CREATE TABLE mark (id int); INSERT INTO mark VALUES (7)');
    }
    const fresh = () => freshDatabase('platform', markedOnce);
    const [one, other] = await Promise.all([fresh(), fresh()]);
    await query(one.url, 'DELETE FROM mark');
    expect(await query(one.url, 'SELECT id FROM mark')).toEqual([]);
    expect(await query(other.url, 'SELECT id FROM mark')).toEqual([{ id: 7 }]);
    expect(fills).toBe(1);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('is gone once dropped, whatever connections are open', async () => {
    const { url, drop } = await freshDatabase('platform');
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    await drop();
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('eventually', () => {
  it("resolves with the check's result once it no longer throws", async () => {
    let calls = 0;
    const check = () => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return calls;
    };
    expect(await eventually(check, { interval: 1 })).toBe(3);
  });

  it("throws the check's last error when the limit has passed", async () => {
    const check = () => Promise.reject(new Error('never'));
    await expect(eventually(check, { timeout: 1, interval: 1 })).rejects.toThrow('never');
  });
});

describeWithRedis('a real Redis', () => {
  it('comes back empty on the port it had', async () => {
    const first = await startRedis();
    const writer = new Redis(first.url);
    await writer.set('mark', '1');
    writer.disconnect();
    await first.kill();
    const second = await startRedis({ port: first.port });
    const reader = new Redis(second.url);
    expect(await reader.get('mark')).toBeNull();
    reader.disconnect();
    await second.stop();
  });
});

describeWithMosquitto('a real mosquitto', () => {
  it('delivers under the given configuration', async () => {
    const broker = await startMosquitto(() => 'allow_anonymous true');
    const client = await mqtt.connectAsync(broker.url);
    await client.subscribeAsync('cup');
    const arrived = new Promise<string>((resolve) =>
      client.once('message', (_, body) => resolve(body.toString())),
    );
    await client.publishAsync('cup', 'full', { qos: 1 });
    expect(await arrived).toBe('full');
    await client.endAsync();
    await broker.stop();
  });
});
