/** The wall behind the messages subgraph's filters: what each caller reaches by statements that name no tenant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';
import { changedBy, NO_PRIVILEGE, READ_ONLY, readBy } from '../../tests/support/walls.js';
import { type OwnMessagesDatabase, openMessagesDatabase } from './store/database.js';
import { HQ, makeKnown, OTHERS, request, rowOf, staffAt, startTestMessages } from './testing/harness.js';

let messages: TestSubgraph;
let database: OwnMessagesDatabase;
let mailId: string;
beforeAll(async () => {
  messages = await startTestMessages();
  database = openMessagesDatabase(messages.platform.config.databaseUrl('messages'), messages.platform.bus);
  ({ mailId } = await request(messages));
  await eventually(async () => expect((await rowOf(messages, mailId))?.state).toBe('SENT'));
});
afterAll(async () => {
  await database.close();
  await messages.stop();
});

describe('a mail', () => {
  it('is head office’s to read, but for what it says and its link', async () => {
    const hq = database.as(HQ);
    expect(await readBy(hq, 'SELECT id FROM mail')).toEqual([mailId]);
    for (const column of ['facts', 'link_id', '*'])
      expect(await readBy(hq, `SELECT ${column} FROM mail`)).toBe(NO_PRIVILEGE);
  });

  it.each(Object.entries(OTHERS))('is not reached by a %s', async (_name, identity) => {
    expect(await readBy(database.as(identity), 'SELECT id FROM mail')).toBe(NO_PRIVILEGE);
  });

  it.each(Object.entries({ ...OTHERS, 'member of head office': HQ }))(
    'is not written by a %s',
    async (_name, identity) => {
      const caller = database.as(identity);
      for (const statement of [
        `UPDATE mail SET recipient = 'mallory@evil.example'`,
        'DELETE FROM mail',
        'DELETE FROM erased_customer',
        `INSERT INTO erased_customer VALUES ('${mailId}', now())`,
      ])
        expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, statement));
    },
  );
});

describe('what a person wants to be notified of', () => {
  const [rina, sari] = [staffAt('CUSTOMER', {}), staffAt('CUSTOMER', {})];
  beforeAll(async () => {
    for (const { customerId } of [rina, sari]) {
      await messages.pool.query(
        `INSERT INTO notification_preference VALUES ($1, 'ORDER_STATUS', 'EMAIL', false, 1, now(), 'ACCOUNT')`,
        [customerId],
      );
      await messages.pool.query(`INSERT INTO quiet_hours VALUES ($1, '22:00', '07:00', 'Asia/Jakarta')`, [
        customerId,
      ]);
    }
  });

  it('is the person’s own to reach', async () => {
    const caller = database.as(rina);
    for (const table of ['notification_preference', 'quiet_hours'])
      expect(await readBy(caller, `SELECT customer_id FROM ${table}`)).toEqual([rina.customerId]);
    expect(await changedBy(caller, 'UPDATE notification_preference SET is_on = true')).toBe(1);
    expect(await changedBy(caller, 'DELETE FROM quiet_hours')).toBe(1);
    for (const statement of [
      `INSERT INTO quiet_hours VALUES ('${newId()}', '22:00', '07:00', 'UTC')`,
      `UPDATE notification_preference SET customer_id = '${newId()}'`,
      'DELETE FROM notification_preference',
    ])
      expect(await changedBy(caller, statement)).toBe(NO_PRIVILEGE);
  });
});

it('where a browser is reached, and what is pushed to it, is nobody’s to reach', async () => {
  for (const identity of [...Object.values(OTHERS), HQ]) {
    const caller = database.as(identity);
    for (const table of ['push_subscription', 'push_delivery']) {
      expect(await readBy(caller, `SELECT customer_id FROM ${table}`)).toBe(NO_PRIVILEGE);
      expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, `DELETE FROM ${table}`));
    }
  }
});

it('where mails to an account go is nobody’s to reach', async () => {
  await makeKnown(messages);
  for (const identity of [...Object.values(OTHERS), HQ]) {
    const caller = database.as(identity);
    expect(await readBy(caller, 'SELECT customer_id FROM contact')).toBe(NO_PRIVILEGE);
    expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, 'DELETE FROM contact'));
  }
});

it('which roles an account holds is nobody’s to reach', async () => {
  await messages.pool.query(`INSERT INTO account_roles VALUES ($1, '[]', 1)`, [newId()]);
  for (const identity of [...Object.values(OTHERS), HQ]) {
    const caller = database.as(identity);
    expect(await readBy(caller, 'SELECT customer_id FROM account_roles')).toBe(NO_PRIVILEGE);
    expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, 'DELETE FROM account_roles'));
  }
});

it('what waits for event streams is nobody’s to reach', async () => {
  const event = `'NATS', uuidv7(), 'order.paid', uuidv7(), uuidv7(), 'an order', 1, '{}', now(), NULL`;
  await messages.pool.query(`INSERT INTO stream_event VALUES (${event})`);
  await messages.pool.query(`INSERT INTO stream_lease VALUES ('NATS', uuidv7(), now())`);
  for (const identity of [...Object.values(OTHERS), HQ]) {
    const caller = database.as(identity);
    for (const table of ['stream_event', 'stream_lease']) {
      expect(await readBy(caller, `SELECT stream FROM ${table}`)).toBe(NO_PRIVILEGE);
      expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, `DELETE FROM ${table}`));
    }
  }
});

describe('a schedule', () => {
  const [ours, theirs] = [newPlace(), newPlace()];
  const [maker, stranger] = [
    staffAt('MANAGER', { outletId: ours.outletId }),
    staffAt('MANAGER', { outletId: theirs.outletId }),
  ];
  const ids = { placed: newId(), everywhere: newId() };
  const COLUMNS = 'name, action, rule, time_zone, missed, anchor';
  const VALUES = `'Weekly', 'SALES_REPORT', 'FREQ=WEEKLY', 'UTC', 'ONCE', now()`;
  beforeAll(async () => {
    for (const [id, outletId, franchiseId] of [
      [ids.placed, ours.outletId, ours.franchiseId],
      [ids.everywhere, null, null],
    ]) {
      await messages.pool.query(
        `INSERT INTO schedule (id, customer_id, outlet_id, franchise_id, ${COLUMNS}) VALUES ($1, $2, $3, $4, ${VALUES})`,
        [id, maker.customerId, outletId, franchiseId],
      );
      await messages.pool.query(
        'INSERT INTO schedule_run (id, schedule_id, due_at) VALUES (uuidv7(), $1, now())',
        [id],
      );
    }
  });

  it('is its owner’s to reach, with its runs, and where it has a place that of those who work there', async () => {
    const [placed, all] = [[ids.placed], [ids.placed, ids.everywhere]];
    for (const [identity, reached] of [
      [maker, all],
      [staffAt('MANAGER', { outletId: ours.outletId }), placed],
      [staffAt('OWNER', { franchiseId: ours.franchiseId }), placed],
      [HQ, all],
      [stranger, []],
    ] as const) {
      const caller = database.as(identity);
      expect(await readBy(caller, 'SELECT id FROM schedule ORDER BY id')).toEqual(reached);
      expect(await readBy(caller, 'SELECT schedule_id FROM schedule_run ORDER BY schedule_id')).toEqual(
        reached,
      );
    }
    expect(await changedBy(database.as(stranger), 'UPDATE schedule SET paused_at = now()')).toBe(0);
    expect(await changedBy(database.as(stranger), 'DELETE FROM schedule')).toBe(0);
  });

  it('is not made for another person alone, nor for another’s place, nor moved to a person who did not make it', async () => {
    const caller = database.as(maker);
    const made = (customerId: string, place: string) =>
      `INSERT INTO schedule (id, customer_id, outlet_id, franchise_id, ${COLUMNS}) VALUES (uuidv7(), '${customerId}', ${place}, ${VALUES})`;
    for (const statement of [
      made(newId(), 'NULL, NULL'),
      made(maker.customerId, `'${theirs.outletId}', '${theirs.franchiseId}'`),
      made(maker.customerId, `NULL, '${theirs.franchiseId}'`),
      `UPDATE schedule SET customer_id = '${newId()}' WHERE outlet_id IS NULL`,
    ])
      expect(await changedBy(caller, statement)).toBe(NO_PRIVILEGE);
  });

  it('has runs of which nobody but who runs them writes what came of them', async () => {
    for (const caller of [database.as(maker), database.as(HQ)])
      for (const statement of [
        `UPDATE schedule_run SET outcome = 'SUCCEEDED', ended_at = now()`,
        'DELETE FROM schedule_run',
        `INSERT INTO schedule_run (id, schedule_id, due_at, started_at) VALUES (uuidv7(), '${ids.placed}', now(), now())`,
      ])
        expect(await changedBy(caller, statement)).toBe(NO_PRIVILEGE);
    const foreign = `INSERT INTO schedule_run (id, schedule_id, due_at) VALUES (uuidv7(), '${ids.placed}', '2026-01-01')`;
    expect(await changedBy(database.as(stranger), foreign)).toBe(NO_PRIVILEGE);
  });
});

describe('a webhook', () => {
  const [ours, theirs] = [newPlace(), newPlace()];
  const managerOf = ({ outletId }: Place) => database.as(staffAt('MANAGER', { outletId }));
  const ownerOf = ({ franchiseId }: Place) => database.as(staffAt('OWNER', { franchiseId }));
  beforeAll(async () => {
    for (const { id, outletId, franchiseId } of [ours, theirs]) {
      const eventId = newId();
      await messages.pool.query(
        `INSERT INTO webhook (id, outlet_id, franchise_id, url, event_types) VALUES ($1, $2, $3, 'https://hooks.example.com', '{order.paid}')`,
        [id, outletId, franchiseId],
      );
      await messages.pool.query(
        `INSERT INTO webhook_secret (id, webhook_id, sealed) VALUES ($1, $2, 'sealed')`,
        [newId(), id],
      );
      await messages.pool.query(
        `INSERT INTO webhook_event (id, type, outlet_id, franchise_id, occurred_at, aggregate_id, aggregate_version, body)
         VALUES ($1, 'order.paid', $2, $3, now(), 'an order', 1, '{}')`,
        [eventId, outletId, franchiseId],
      );
      await messages.pool.query(
        `INSERT INTO webhook_delivery (id, webhook_id, event_id, outlet_id, franchise_id, event_type, occurred_at, aggregate_id, aggregate_version, next_attempt_at)
         VALUES (uuidv7(), $1, $2, $3, $4, 'order.paid', now(), 'an order', 1, 'infinity')`,
        [id, eventId, outletId, franchiseId],
      );
    }
  });

  it('is its outlet’s and its franchise’s to reach, with its events and deliveries', async () => {
    for (const caller of [managerOf(ours), ownerOf(ours)]) {
      expect(await readBy(caller, 'SELECT id FROM webhook')).toEqual([ours.id]);
      expect(await readBy(caller, 'SELECT outlet_id FROM webhook_event')).toEqual([ours.outletId]);
      expect(await readBy(caller, 'SELECT webhook_id FROM webhook_delivery')).toEqual([ours.id]);
      expect(await readBy(caller, 'SELECT webhook_id FROM webhook_secret')).toEqual([ours.id]);
      expect(await changedBy(caller, `UPDATE webhook SET status = 'PAUSED'`)).toBe(1);
      expect(await changedBy(caller, `UPDATE webhook_delivery SET state = 'GIVEN_UP'`)).toBe(1);
      expect(await changedBy(caller, 'UPDATE webhook_secret SET expires_at = now()')).toBe(1);
      expect(await changedBy(caller, 'DELETE FROM webhook')).toBe(1);
    }
  });

  it('is not made for another’s place, nor moved there', async () => {
    const values = `'{order.paid}', 'https://hooks.example.com', '${theirs.outletId}', '${theirs.franchiseId}'`;
    for (const statement of [
      `INSERT INTO webhook (id, event_types, url, outlet_id, franchise_id) VALUES (uuidv7(), ${values})`,
      `INSERT INTO webhook (id, event_types, url) VALUES (uuidv7(), '{order.paid}', 'https://hooks.example.com')`,
      `UPDATE webhook SET outlet_id = '${theirs.outletId}', franchise_id = '${theirs.franchiseId}'`,
      `INSERT INTO webhook_secret (id, webhook_id, sealed) VALUES (uuidv7(), '${theirs.id}', 'sealed')`,
      `INSERT INTO webhook_delivery (id, webhook_id, event_id, outlet_id, franchise_id, event_type, occurred_at, aggregate_id, aggregate_version, next_attempt_at)
       SELECT uuidv7(), '${theirs.id}', id, outlet_id, franchise_id, 'order.paid', now(), 'an order', 1, now() FROM webhook_event`,
    ])
      expect(await changedBy(managerOf(ours), statement)).toBe(NO_PRIVILEGE);
  });

  it('has a secret that nobody reads', async () => {
    for (const caller of [managerOf(ours), ownerOf(ours), database.as(HQ)])
      for (const column of ['sealed', '*'])
        expect(await readBy(caller, `SELECT ${column} FROM webhook_secret`)).toBe(NO_PRIVILEGE);
  });
});

type Place = ReturnType<typeof newPlace>;

function newPlace() {
  return { id: newId('Webhook'), outletId: newId(), franchiseId: newId() };
}
