/** What the sinks take of a client that has nothing else to do: one mail and one push, over and over, by as many connections as the senders have. */
import { createTransport } from 'nodemailer';
import { Pool } from 'undici';
import type { SinkAddresses } from './sinks.js';

const SMTP_CONNECTIONS = 16;
const PUSH_CONNECTIONS = 48;

/** @returns mails a second. */
export async function smtpAlone({ smtpUrl }: SinkAddresses, count: number, raw: string): Promise<number> {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    maxMessages: 500,
  });
  const envelope = { from: 'bench@kedai.test', to: 'bench@kedai.test' };
  const rate = await inParallel(2 * SMTP_CONNECTIONS, count, () => transport.sendMail({ envelope, raw }));
  transport.close();
  return rate;
}

/** @returns pushes a second. */
export async function pushesAlone(
  { pushOrigin }: SinkAddresses,
  count: number,
  body: Buffer,
): Promise<number> {
  const pool = new Pool(pushOrigin, { connections: PUSH_CONNECTIONS });
  const headers = { 'content-encoding': 'aes128gcm', ttl: '60', topic: 'limit' };
  const rate = await inParallel(2 * PUSH_CONNECTIONS, count, async () => {
    const answer = await pool.request({ method: 'POST', path: '/limit', headers, body });
    await answer.body.dump();
  });
  await pool.close();
  return rate;
}

async function inParallel(atOnce: number, count: number, once: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await once();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return count / ((performance.now() - startedAt) / 1_000);
}
