/** Mails through a real SMTP server, and what becomes of those that it does not take. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startMessages } from '../index.js';
import {
  inSeconds,
  letPausePass,
  request,
  requested,
  requestFor,
  rowOf,
  startTestMessages,
} from '../testing/harness.js';
import { type MailServer, type ReceivedMail, startMailServer } from '../testing/mail-server.js';

const FROM = 'Kedai <hello@kedai.example>';

let server: MailServer;
let messages: TestSubgraph;
beforeAll(async () => {
  server = await startMailServer();
  messages = await startTestMessages({ SMTP_URL: server.url, MAIL_FROM: FROM });
});
afterEach(() => server.refuse(undefined));
afterAll(async () => {
  await messages.stop();
  await server.stop();
});

const receivedOf = (mailId: string): ReceivedMail[] =>
  server.received.filter(({ source }) => source.includes(`Message-ID: <${mailId}@kedai.example>`));

async function untilState(mailId: string, state: string): Promise<void> {
  await eventually(async () => expect((await rowOf(messages, mailId))?.state).toBe(state));
}

describe('a mail that is asked for', () => {
  it('reaches its recipient once, as text and HTML, however often the request is delivered', async () => {
    const data = requestFor();
    const event = requested(data);
    for (let time = 0; time < 3; time += 1) await messages.deliver('messages.mail-requests', event);
    await untilState(data.mailId, 'SENT');
    // Asked for again, the mail is the same by its id.
    await messages.deliver('messages.mail-requests', requested(data));
    const other = await request(messages);
    await untilState(other.mailId, 'SENT');

    const [mail, ...again] = receivedOf(data.mailId);
    expect(again).toEqual([]);
    expect(mail).toMatchObject({ from: 'hello@kedai.example', to: ['rina@kedai.test'] });
    expect(mail?.source).toContain('From: Kedai <hello@kedai.example>');
    expect(mail?.source).toContain('Auto-Submitted: auto-generated');
    expect(mail?.source).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
  });

  it('goes to one address, whatever the address contains', async () => {
    const { mailId } = await request(messages, { to: '"a, b@evil.example" <rina@kedai.test>' });
    await eventually(async () => expect((await rowOf(messages, mailId))?.attempts).toBeGreaterThan(0));
    expect(receivedOf(mailId).flatMap(({ to }) => to)).not.toContain('b@evil.example');
  });

  it('is sent by one of the processes that share the work', async () => {
    const twin = await startMessages(messages.platform);
    try {
      const asked = await Promise.all(Array.from({ length: 20 }, () => request(messages)));
      for (const { mailId } of asked) await untilState(mailId, 'SENT');
      for (const { mailId } of asked) expect(receivedOf(mailId)).toHaveLength(1);
    } finally {
      await twin.stop();
    }
  });
});

describe('a mail that the server does not take', () => {
  it('for now, is sent later with the same Message-ID', async () => {
    server.refuse(451);
    const { mailId } = await request(messages);
    await eventually(async () =>
      expect(await rowOf(messages, mailId)).toMatchObject({
        state: 'WAITING',
        attempts: 1,
        failure: expect.stringContaining('451'),
      }),
    );
    server.refuse(undefined);
    await letPausePass(messages);
    await untilState(mailId, 'SENT');
    expect(await rowOf(messages, mailId)).toMatchObject({ attempts: 2, failure: null });
    expect(receivedOf(mailId)).toHaveLength(1);
  });

  it('for good, is not sent again, and says why', async () => {
    server.refuse(550);
    const { mailId } = await request(messages);
    await untilState(mailId, 'FAILED');
    expect(await rowOf(messages, mailId)).toMatchObject({
      attempts: 1,
      failure: expect.stringContaining('550'),
    });
  });

  it('because it is away, waits for it', async () => {
    const port = Number(new URL(server.url).port);
    await server.stop();
    const { mailId } = await request(messages);
    await eventually(async () =>
      expect(await rowOf(messages, mailId)).toMatchObject({ state: 'WAITING', failure: expect.any(String) }),
    );
    server = await startMailServer(port);
    await letPausePass(messages);
    await untilState(mailId, 'SENT');
    expect(receivedOf(mailId)).toHaveLength(1);
  });
});

describe('a mail server', () => {
  it('that dies between the message and its answer gets the mail again, with the same Message-ID', async () => {
    server.dieAfterNextMessage();
    const { mailId } = await request(messages);
    await eventually(async () =>
      expect(await rowOf(messages, mailId)).toMatchObject({ state: 'WAITING', failure: expect.any(String) }),
    );
    await letPausePass(messages);
    await untilState(mailId, 'SENT');
    expect(receivedOf(mailId)).toHaveLength(2);
  });

  it('that is slow gets each mail once', async () => {
    server.slowDown(1_500);
    const asked = await Promise.all(Array.from({ length: 20 }, () => request(messages)));
    for (const { mailId } of asked) await untilState(mailId, 'SENT');
    server.slowDown(0);
    for (const { mailId } of asked) {
      expect(receivedOf(mailId)).toHaveLength(1);
      expect(await rowOf(messages, mailId)).toMatchObject({ attempts: 1 });
    }
  });
});

describe('a mail that comes too late', () => {
  it('is not sent: its link has expired', async () => {
    const { mailId } = await request(messages, {
      link: { purpose: 'reset', linkId: newId(), expiresAt: inSeconds(-1) },
    });
    await untilState(mailId, 'EXPIRED');
    expect(receivedOf(mailId)).toEqual([]);
  });

  it('is not sent: it is no news any more', async () => {
    const data = requestFor({ kind: 'PASSWORD_CHANGED', link: null, facts: { at: inSeconds(-400_000) } });
    await messages.deliver('messages.mail-requests', { ...requested(data), occurredAt: inSeconds(-400_000) });
    await untilState(data.mailId, 'EXPIRED');
    expect(receivedOf(data.mailId)).toEqual([]);
  });
});

it('a kind that only a later version has waits for that version', async () => {
  const data = requestFor();
  await messages.pool.query(
    `INSERT INTO mail (id, recipient, kind, language, facts, next_attempt_at, requested_at, expires_at)
     VALUES ($1, 'rina@kedai.test', 'BIRTHDAY', 'en', '{}', now(), now(), now() + interval '1 day')`,
    [data.mailId],
  );
  await eventually(async () =>
    expect(await rowOf(messages, data.mailId)).toMatchObject({
      state: 'WAITING',
      failure: expect.stringContaining('BIRTHDAY'),
    }),
  );
});
