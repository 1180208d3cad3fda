/** What the unit does with mails by its settings: production without a mail server, and the mailbox of development. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stablePort } from '../../deploy/local-fleet/stable-port.js';
import type { AnyEvent } from '../../platform/events/envelope.js';
import { awayDependencies } from '../../platform/health.js';
import { linkTokens } from '../../platform/identity/link-token.js';
import { newId } from '../../platform/ids.js';
import { describeWithNats, natsServer } from '../../tests/support/nats.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';
import { publicEventOf } from './events/public-events.js';
import { startMessages } from './index.js';
import { pruneMails } from './store/mails.js';
import {
  inSeconds,
  orderOf,
  PUBLIC_URL,
  request,
  requested,
  requestFor,
  rowOf,
  SECRET,
  startTestMessages,
} from './testing/harness.js';

describe('in production without a mail server', () => {
  let messages: TestSubgraph;
  beforeAll(async () => {
    messages = await startTestMessages({ NODE_ENV: 'production' });
  });
  afterAll(() => messages.stop());

  it('the unit is ready and has no mailbox', async () => {
    await expect(messages.running.ready()).resolves.toBeUndefined();
    expect(messages.running.routes.map(({ path }) => path)).toEqual(['/unsubscribe']);
  });

  it('mails wait and say what they wait for, until they are of no use', async () => {
    const { mailId } = await request(messages);
    await eventually(async () =>
      expect(await rowOf(messages, mailId)).toEqual({
        state: 'WAITING',
        attempts: 0,
        failure: 'No mail server is configured: set SMTP_URL',
      }),
    );
    await messages.pool.query('UPDATE mail SET expires_at = now()');
    await request(messages);
    await eventually(async () => expect((await rowOf(messages, mailId))?.state).toBe('EXPIRED'));
  });

  it('a mail server without a sender is an error that names the setting', async () => {
    const { platform } = messages;
    const config = platform.config.with({ SMTP_URL: 'smtp://127.0.0.1:9' });
    await expect(startMessages({ ...platform, config })).rejects.toThrow('MAIL_FROM is missing');
  });
});

describe('in development without a mail server', () => {
  let messages: TestSubgraph;
  let server: Server;
  let mailbox: string;
  beforeAll(async () => {
    messages = await startTestMessages();
    const route = messages.running.routes.find(({ path }) => path === '/mail');
    server = createServer((incoming, response) => {
      void route?.handle(incoming, response, new URL('http://localhost/mail'), 'request');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mailbox = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mail`;
  });
  afterAll(async () => {
    server.close();
    await messages.stop();
  });

  interface Mail {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html: string;
    readonly at: string;
  }

  async function mails(): Promise<Mail[]> {
    const response = await fetch(mailbox, { headers: { accept: 'application/json' } });
    const read: Mail[] = JSON.parse(await response.text());
    return read;
  }

  it('the mailbox has every mail with its link, newest first', async () => {
    const first = await request(messages);
    await eventually(async () => expect(await mails()).toHaveLength(1));
    await request(messages, { to: 'sari@kedai.test', kind: 'STAFF_INVITATION', facts: { role: 'BARISTA' } });
    await eventually(async () => expect(await mails()).toHaveLength(2));

    const [newest, oldest] = await mails();
    expect(newest).toMatchObject({ to: 'sari@kedai.test', subject: 'An invitation to work at Kedai' });
    expect(oldest?.to).toBe('rina@kedai.test');
    expect(Object.keys(oldest ?? {}).toSorted()).toEqual([
      ...['at', 'attachments', 'html', 'subject', 'text', 'to'],
    ]);
    const token = linkTokens(SECRET).token('reset', first.link?.linkId ?? '');
    expect(oldest?.text).toContain(`${PUBLIC_URL}/reset?token=${token}\n`);
    expect(new Date(oldest?.at ?? '').toISOString()).toBe(oldest?.at);
  });

  it('the mailbox is a page to browsers, in which mails run nothing', async () => {
    await request(messages, { to: '<script>alert(1)</script>@kedai.test', facts: { name: '<img src=x>' } });
    await eventually(async () => expect(await mails()).toHaveLength(3));
    const response = await fetch(mailbox, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('<iframe sandbox');
  });

  it('no row has a token or a text', async () => {
    const { rows } = await messages.pool.query('SELECT mail::text AS row FROM mail');
    const [newest] = await mails();
    const token = /token=([\w-]+)/.exec(newest?.text ?? '')?.[1] ?? 'none';
    expect(token).not.toBe('none');
    for (const { row } of rows) expect(row).not.toContain(token);
  });

  it('mails of an account go when it is deleted, those to come included', async () => {
    const customerId = newId();
    const { mailId } = await request(messages, { customerId });
    await eventually(async () => expect((await rowOf(messages, mailId))?.state).toBe('SENT'));
    await messages.deliver('messages.erasure', {
      type: 'customer.erased',
      aggregateId: customerId,
      aggregateVersion: 2,
      data: { customerId },
    });
    await eventually(async () => expect(await rowOf(messages, mailId)).toBeUndefined());

    const late = requestFor({ customerId });
    await messages.deliver('messages.mail-requests', requested(late));
    const other = await request(messages);
    await eventually(async () => expect((await rowOf(messages, other.mailId))?.state).toBe('SENT'));
    expect(await rowOf(messages, late.mailId)).toBeUndefined();
  });

  it('mails to an address without account go with the links that they had', async () => {
    const invited = requestFor({ customerId: null });
    await messages.deliver('messages.mail-requests', requested(invited));
    await eventually(async () => expect((await rowOf(messages, invited.mailId))?.state).toBe('SENT'));
    const customerId = newId();
    await messages.deliver('messages.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2 },
      data: { customerId, linkIds: [invited.link?.linkId ?? ''] },
    });
    await eventually(async () => expect(await rowOf(messages, invited.mailId)).toBeUndefined());
  });

  it('mails are deleted when their retention has passed', async () => {
    const old = requestFor({ link: null, kind: 'PASSWORD_CHANGED' });
    await messages.deliver('messages.mail-requests', {
      ...requested(old),
      occurredAt: inSeconds(-31 * 86_400),
    });
    await eventually(async () => expect((await rowOf(messages, old.mailId))?.state).toBe('EXPIRED'));
    expect(await pruneMails({ pool: messages.pool }, 30)).toBe(false);
    expect(await rowOf(messages, old.mailId)).toBeUndefined();
  });
});

describe('with brokers of event streams that are away', () => {
  let messages: TestSubgraph;
  let port: number;
  beforeAll(async () => {
    port = await stablePort();
    const [NATS_URL, KAFKA_BROKERS] = [`nats://127.0.0.1:${port}`, '127.0.0.1:9'];
    messages = await startTestMessages({ NATS_URL, KAFKA_BROKERS });
  });
  afterAll(() => messages.stop());

  const deliver = () => {
    const order = orderOf(newId());
    const about = { aggregateId: order.orderId, aggregateVersion: 4 };
    return messages.deliver('messages.webhook-events', { type: 'order.ready', ...about, data: order });
  };
  const waiting = async (event: AnyEvent) => {
    const { rows } = await messages.pool.query(
      'SELECT stream, body FROM stream_event WHERE event_id = $1 ORDER BY stream',
      [event.id],
    );
    return rows;
  };

  it('the unit is ready and says so, and an event waits for each of them, once', async () => {
    const event = await deliver();
    await messages.deliver('messages.webhook-events', event);
    const [published] = publicEventOf(event);
    const { body } = published ?? {};
    await eventually(async () =>
      expect(await waiting(event)).toEqual([
        { stream: 'Kafka', body },
        { stream: 'NATS', body },
      ]),
    );
    await eventually(() => expect(awayDependencies()).toEqual(expect.arrayContaining(['NATS', 'Kafka'])));
    await expect(messages.running.ready()).resolves.toBeUndefined();
  });

  describeWithNats('and NATS comes', () => {
    it('has what waited, while Kafka’s waits on', async () => {
      const server = await natsServer({ port });
      await server.start();
      const event = await deliver();
      await eventually(async () => expect(await waiting(event)).toMatchObject([{ stream: 'Kafka' }]));
      const stored = await server.stored('KEDAI_EVENTS');
      expect(stored).toHaveLength(2);
      expect(stored.map(({ body }) => body)).toContain(publicEventOf(event)[0]?.body);
      await server.stop();
    });
  });

  it('half of an account of Kafka is an error that names it', async () => {
    const { platform } = messages;
    const config = platform.config.with({ KAFKA_USERNAME: 'kedai' });
    await expect(startMessages({ ...platform, config })).rejects.toThrow('KAFKA_USERNAME and KAFKA_PASSWORD');
  });
});
