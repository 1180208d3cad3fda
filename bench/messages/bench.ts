/**
 * `npm run bench -- messages`: mails and pushes a second, from rows that are due to rows that are marked, by the senders of the messages unit on a
 * PostgreSQL that syncs to disk, to a mail server and a push service on this machine, in a process of their own. Beside them what these take of a
 * client that sends one thing over and over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import webPush from 'web-push';
import { z } from 'zod';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import { documentLinks } from '../../platform/identity/document-links.js';
import { linkTokens } from '../../platform/identity/link-token.js';
import { newId } from '../../platform/ids.js';
import { createLog } from '../../platform/log.js';
import { migrate } from '../../prisma/migrate.js';
import { startPushSender } from '../../subgraphs/messages/background/push-sender.js';
import { startSender } from '../../subgraphs/messages/background/sender.js';
import { pushPoster } from '../../subgraphs/messages/delivery/push/push-poster.js';
import { vapid } from '../../subgraphs/messages/delivery/push/vapid.js';
import { resolveLocally } from '../../subgraphs/messages/delivery/receiver-address.js';
import { smtpDelivery } from '../../subgraphs/messages/delivery/smtp.js';
import { type OwnMessagesDatabase, openMessagesDatabase } from '../../subgraphs/messages/store/database.js';
import { insertMails } from '../../subgraphs/messages/store/mails.js';
import { insertPushes } from '../../subgraphs/messages/store/push/deliveries.js';
import { mailWriter } from '../../subgraphs/messages/templates/write-mail.js';
import { newBrowser } from '../../subgraphs/messages/testing/push-service.js';
import type { Bench } from '../result.js';
import { pushesAlone, smtpAlone } from './limits.js';
import type { SinkAddresses } from './sinks.js';

const MAILS = 8_000;
const PUSHES = 16_000;
const BROWSERS = 100;
const WARM_UP = 1_000;
const ROWS_A_STATEMENT = 1_000;
const MAILS_TARGET = 500;
const PUSHES_TARGET = 1_000;
const POLL_INTERVAL_MILLISECONDS = 100;
const DAY_MILLISECONDS = 86_400_000;

const counts = z.object({
  ...{ mails: z.number(), mailsInAll: z.number(), pushes: z.number(), pushesInAll: z.number() },
});

interface Running {
  readonly database: OwnMessagesDatabase;
  /** As the account that owns the tables. */
  readonly owner: pg.Pool;
  readonly sink: ChildProcess;
  readonly addresses: SinkAddresses;
  report(progress: string): void;
}

export const bench: Bench = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const sink = fork(fileURLToPath(new URL('./sinks.js', import.meta.url)));
  try {
    const [addresses]: SinkAddresses[] = await once(sink, 'message');
    if (addresses === undefined) throw new Error('The sinks have no addresses');
    const url = readConfig({ DATABASE_URL: server.url }).databaseUrl('messages');
    await migrate({ urls: { messages: url } });
    const database = openMessagesDatabase(url, { publish: () => undefined });
    const owner = new pg.Pool({ connectionString: url, max: 1 });
    const running = { database, owner, sink, addresses, report };
    const mails = await measureMails(running);
    const pushes = await measurePushes(running);
    await Promise.all([database.close(), owner.end()]);
    const [mailRate, pushRate] = [{ unit: 'mails/s' }, { unit: 'pushes/s' }];
    return {
      figures: {
        mails: { value: mails.sent, ...mailRate, target: MAILS_TARGET },
        pushes: { value: pushes.sent, ...pushRate, target: PUSHES_TARGET },
      },
      peers: {
        'the sinks alone': {
          mails: { value: mails.alone, ...mailRate },
          pushes: { value: pushes.alone, ...pushRate },
        },
      },
    };
  } finally {
    sink.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function measureMails(running: Running) {
  const { database, sink, addresses, report } = running;
  const secret = 'a secret of at least thirty-two characters';
  const publicUrl = 'https://kedai.example';
  const writer = mailWriter(linkTokens(secret), documentLinks(secret, publicUrl, 'receipt'), publicUrl);
  const delivery = smtpDelivery(addresses.smtpUrl, 'Kedai <hello@kedai.example>');
  const fill = (count: number) => fillMails(database, count);
  const send = () => startSender({ database, delivery, writer, log: createLog('error') });
  report(`mails: ${WARM_UP} to warm up, then ${MAILS.toLocaleString('en')}`);
  await measure(running, 'mail', WARM_UP, fill, send);
  const before = await countsOf(sink);
  const sent = await measure(running, 'mail', MAILS, fill, send);
  const after = await countsOf(sink);
  delivery.close();
  const arrived = [after.mails - before.mails, after.mailsInAll - before.mailsInAll];
  if (arrived.some((count) => count !== MAILS)) throw new Error(`${arrived} of ${MAILS} mails arrived`);
  report('mails: the mail server alone');
  const { html, text } = writer.write(receiptOf('K-1'));
  const raw = `Message-ID: <limit@kedai.example>\r\nSubject: limit\r\n\r\n${text}${html}`;
  return { sent, alone: await smtpAlone(addresses, MAILS, raw) };
}

async function measurePushes(running: Running) {
  const { database, sink, addresses, report } = running;
  const privateKey = Buffer.alloc(32, 7).toString('base64url');
  const signing = vapid({ privateKey, subject: 'mailto:hello@kedai.example' });
  const rules = { allowsPrivate: true, resolve: resolveLocally };
  const browsers = await registerBrowsers(database, addresses.pushOrigin);
  const fill = (count: number) => fillPushes(database, browsers, count);
  const send = () =>
    startPushSender({ database, poster: pushPoster(rules, signing), log: createLog('error') });
  report(`pushes: ${WARM_UP} to warm up, then ${PUSHES.toLocaleString('en')}`);
  await measure(running, 'push_delivery', WARM_UP, fill, send);
  const before = await countsOf(sink);
  const sent = await measure(running, 'push_delivery', PUSHES, fill, send);
  const after = await countsOf(sink);
  const arrived = [after.pushes - before.pushes, after.pushesInAll - before.pushesInAll];
  if (arrived.some((count) => count !== PUSHES)) throw new Error(`${arrived} of ${PUSHES} pushes arrived`);
  report('pushes: the push service alone');
  const { p256dh, auth } = newBrowser().keys;
  const body = webPush.encrypt(p256dh, auth, 'a'.repeat(300), 'aes128gcm').cipherText;
  return { sent, alone: await pushesAlone(addresses, PUSHES, body) };
}

/** @returns a second, from the start of the sender until nothing waits. */
async function measure(
  { database: { pool }, owner }: Pick<Running, 'database' | 'owner'>,
  table: 'mail' | 'push_delivery',
  count: number,
  fill: (count: number) => Promise<void>,
  start: () => { stop(): Promise<void> },
): Promise<number> {
  await fill(count);
  // As a database that has been in service for a while: its statistics are known.
  await owner.query(`VACUUM (ANALYZE) ${table}`);
  await owner.query('CHECKPOINT');
  const startedAt = performance.now();
  const sender = start();
  const isWaiting = async () => {
    const { rowCount } = await pool.query(`SELECT FROM ${table} WHERE state = 'WAITING' LIMIT 1`);
    return rowCount !== 0;
  };
  while (await isWaiting()) await sleep(POLL_INTERVAL_MILLISECONDS);
  const seconds = (performance.now() - startedAt) / 1_000;
  await sender.stop();
  return count / seconds;
}

async function countsOf(sink: ChildProcess) {
  sink.send('counts');
  const [answer]: unknown[] = await once(sink, 'message');
  return counts.parse(answer);
}

function receiptOf(number: string) {
  const customerId = newId();
  const facts = { name: 'Rina', number, total: '57500', at: new Date().toISOString() };
  return { customerId, kind: 'ORDER_PAID', language: 'en' as const, facts, link: null };
}

async function fillMails(database: OwnMessagesDatabase, count: number): Promise<void> {
  const now = new Date();
  await inPieces(count, (size) =>
    database.work(newCause(), ({ tx }) =>
      insertMails(
        tx,
        Array.from({ length: size }, (_, index) => ({
          ...receiptOf(`K-${index}`),
          ...{ id: newId(), to: 'rina@kedai.example', orderId: newId(), requestedAt: now, notBefore: now },
          expiresAt: new Date(now.getTime() + DAY_MILLISECONDS),
        })),
      ),
    ),
  );
}

async function registerBrowsers({ pool }: OwnMessagesDatabase, origin: string) {
  const browsers = Array.from({ length: BROWSERS }, () => ({ id: newId(), customerId: newId() }));
  for (const { id, customerId } of browsers) {
    const { p256dh, auth } = newBrowser().keys;
    await pool.query(
      `INSERT INTO push_subscription (id, customer_id, endpoint, service, p256dh, auth) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, customerId, `${origin}/${id}`, origin, p256dh, auth],
    );
  }
  return browsers;
}

async function fillPushes(
  database: OwnMessagesDatabase,
  browsers: readonly { readonly id: string; readonly customerId: string }[],
  count: number,
): Promise<void> {
  const now = new Date();
  const dates = { at: now, notBefore: now, expiresAt: new Date(now.getTime() + DAY_MILLISECONDS) };
  const perBrowser = Math.ceil(count / browsers.length);
  let left = count;
  for (const { id: subscriptionId, customerId } of browsers) {
    const pushes = Array.from({ length: Math.min(perBrowser, left) }, (_, index) => ({
      ...{ id: newId(), subscriptionId, customerId, orderId: newId(), kind: 'ORDER_READY', isUrgent: true },
      ...{ language: 'en' as const, facts: { number: `K-${index}`, outletId: newId() }, ...dates },
    }));
    left -= pushes.length;
    await database.work(newCause(), ({ tx }) => insertPushes(tx, pushes));
  }
}

async function inPieces(count: number, write: (size: number) => Promise<void>): Promise<void> {
  for (let written = 0; written < count; written += ROWS_A_STATEMENT)
    await write(Math.min(ROWS_A_STATEMENT, count - written));
}
