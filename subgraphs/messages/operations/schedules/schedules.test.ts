/** Schedules from their creation to the mail: who reaches them, runs that happen once, what was missed, and runs that fail. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EventData } from '../../../../platform/events/event-types.js';
import type { Identity } from '../../../../platform/identity/identity.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedMessages } from '../../../../prisma/seed/messages.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startMessages } from '../../index.js';
import { HQ, makeKnown, OTHERS, SECRET, staffAt } from '../../testing/harness.js';

const { ours, theirs } = outlets();

function outlets() {
  const [first] = CATALOGUE.outlets;
  const another = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== first?.franchiseId);
  if (!first || !another) throw new Error('The demo chain has no such outlets.');
  return { ours: first, theirs: another };
}

const manager = staffAt('MANAGER', { outletId: ours.id });
const colleague = staffAt('MANAGER', { outletId: ours.id });
const owner = staffAt('OWNER', { franchiseId: ours.franchiseId });
const stranger = staffAt('MANAGER', { outletId: theirs.id });

const FIELDS = `schedule { id name action rule timeZone missed isPaused nextRunAt failingSince outlet { id } franchise { id } owner { id } }
  userErrors { code field }`;
const CREATE = `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { ${FIELDS} } }`;
const UPDATE = `mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { ${FIELDS} } }`;
const byId = (mutation: string, selection = FIELDS) =>
  `mutation ($id: ID!) { ${mutation}(id: $id) { ${selection} } }`;
const RUN_NOW = byId('runScheduleNow', 'run { id dueAt startedAt outcome } userErrors { code }');
const LIST = `{ schedules { totalCount nodes { id failingSince nextRunAt runs(first: 100) { totalCount nodes { id dueAt startedAt endedAt outcome failure } } } } }`;

const MONDAYS = {
  name: 'Weekly',
  action: 'SALES_REPORT',
  rule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=7',
  timeZone: 'Asia/Jakarta',
};

let messages: TestSubgraph;
beforeAll(async () => {
  messages = await startTestSubgraph('messages', startMessages, {
    seed: seedMessages,
    settings: { SUBGRAPH_SECRET: SECRET },
  });
  for (const [index, person] of [manager, colleague, owner, stranger].entries()) {
    await makeKnown(messages, { customerId: person.customerId, name: `Person ${index}` });
    await holdRoles(person);
  }
});
afterEach(() => messages.pool.query('DELETE FROM schedule; DELETE FROM mail'));
afterAll(() => messages.stop());

let version = 1;
async function holdRoles({ customerId, roles }: Identity): Promise<void> {
  version += 1;
  const { id } = await messages.deliver('messages.role-copy', {
    ...{ type: 'customer.roles-changed', aggregateId: customerId ?? '', aggregateVersion: version },
    data: { customerId: customerId ?? '', roles: [...roles] },
  });
  await eventually(async () => {
    const { rowCount } = await messages.pool.query('SELECT FROM inbox WHERE event_id = $1', [id]);
    expect(rowCount).toBe(1);
  });
}

async function create(identity: Identity = manager, input: object = {}): Promise<string> {
  const result = await messages.run(identity, CREATE, { input: { ...MONDAYS, ...input } });
  return textAt(result, 'createSchedule', 'schedule', 'id');
}

interface Run {
  readonly id: string;
  readonly dueAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly outcome: string | null;
  readonly failure: string | null;
}
interface Listed {
  readonly id: string;
  readonly failingSince: string | null;
  readonly nextRunAt: string | null;
  readonly runs: { readonly nodes: readonly Run[] };
}

async function list(identity: Identity = manager): Promise<readonly Listed[]> {
  const result = await messages.run(identity, LIST);
  expect(result.errors).toBeUndefined();
  const { schedules }: { schedules: { nodes: Listed[] } } = JSON.parse(JSON.stringify(result.data));
  return schedules.nodes;
}

const runsOf = async (identity?: Identity) => (await list(identity)).flatMap(({ runs }) => runs.nodes);

/** As if the schedule had begun earlier and its next due time were then: the scheduler finds it so in its next round. */
async function letFallDue(id: string, sql: string): Promise<void> {
  await messages.pool.query(
    `UPDATE schedule SET anchor = anchor - interval '60 days', next_run_at = ${sql} WHERE id = $1`,
    [id],
  );
}

async function dueEvents(): Promise<EventData['schedule.due'][]> {
  const { rows } = await messages.pool.query<{ data: EventData['schedule.due'] }>(
    `SELECT data FROM (SELECT id, type, data FROM outbox UNION SELECT id, type, data FROM event_log) AS event
     WHERE type = 'schedule.due' ORDER BY id`,
  );
  return rows.map(({ data }) => data);
}

async function eventOf(runId: string): Promise<EventData['schedule.due']> {
  const events = (await dueEvents()).filter((event) => event.runId === runId);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event === undefined) throw new Error('The run has no event');
  return event;
}

const NOTHING = { orders: 0, units: 0, gross: 0, discounts: 0, refunds: 0, revenue: 0 };

function made(runId: string): EventData['sales-report.made'] {
  const total = { ...NOTHING, orders: 3, units: 4, gross: 90_000, revenue: 90_000 };
  const before = { ...NOTHING, orders: 2, units: 2, gross: 60_000, revenue: 60_000 };
  const days = { from: '2026-11-23', to: '2026-11-29' };
  const rows = [{ key: '2026-11-23', ...total }];
  return { ...days, runId, place: 'Kedai Menteng', total, before, by: 'DAY', rows };
}

const answer = (data: EventData['sales-report.made']) =>
  messages.deliver('messages.scheduled-reports', {
    ...{ type: 'sales-report.made', aggregateId: data.runId, aggregateVersion: 1, data },
  });
const refuse = (runId: string, because: EventData['sales-report.refused']['because']) =>
  messages.deliver('messages.scheduled-reports', {
    ...{ type: 'sales-report.refused', aggregateId: runId, aggregateVersion: 1, data: { runId, because } },
  });

async function mailsTo({ customerId }: Identity): Promise<{ kind: string; facts: Record<string, string> }[]> {
  const { rows } = await messages.pool.query<{ kind: string; facts: Record<string, string> }>(
    'SELECT kind, facts FROM mail WHERE customer_id = $1 ORDER BY id',
    [customerId],
  );
  return rows;
}

/** Once the run has begun. */
async function runNow(id: string, identity: Identity = manager): Promise<string> {
  const runId = textAt(await messages.run(identity, RUN_NOW, { id }), 'runScheduleNow', 'run', 'id');
  await eventually(async () => {
    const run = (await runsOf(identity)).find((one) => one.id === runId);
    expect(run?.startedAt ?? run?.endedAt).not.toBeNull();
  });
  return runId;
}

async function endsAs(runId: string, outcome: string, failure: string | null = null): Promise<void> {
  await eventually(async () => {
    const { rows } = await messages.pool.query('SELECT outcome, failure FROM schedule_run WHERE id = $1', [
      runId,
    ]);
    expect(rows).toEqual([{ outcome, failure }]);
  });
}

describe('a schedule', () => {
  it('is created with its next due time, about the place that its owner names, or all that the owner may see', async () => {
    const { data } = await messages.run(manager, CREATE, {
      input: { ...MONDAYS, name: ' Weekly ', timeZone: 'asia/jakarta', scope: { outletId: ours.id } },
    });
    const nextRunAt = expect.stringMatching(/T00:00:00.000Z$/);
    expect(JSON.parse(JSON.stringify(data))).toMatchObject({
      createSchedule: {
        schedule: {
          ...{ ...MONDAYS, missed: 'ONCE', isPaused: false, nextRunAt, failingSince: null },
          ...{
            outlet: { id: ours.id },
            franchise: { id: ours.franchiseId },
            owner: { id: manager.customerId },
          },
        },
        userErrors: [],
      },
    });
    const all = await messages.run(owner, CREATE, { input: MONDAYS });
    expect(all.data?.createSchedule).toMatchObject({ schedule: { outlet: null, franchise: null } });
  });

  it.each([
    [{ rule: 'FREQ=SECONDLY' }, ['rule']],
    [{ rule: 'every Monday' }, ['rule']],
    [{ rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, ['rule']],
    [{ timeZone: 'Mars/Olympus' }, ['timeZone']],
    [{ timeZone: '+07:00' }, ['timeZone']],
    [{ name: ' ' }, ['name']],
  ])('is refused with %j, by a user error', async (input, field) => {
    const { data } = await messages.run(manager, CREATE, { input: { ...MONDAYS, ...input } });
    expect(data?.createSchedule).toMatchObject({
      schedule: null,
      userErrors: [{ code: 'INVALID_INPUT', field }],
    });
    expect(await list()).toEqual([]);
  });

  it('is its owner’s, its place’s managers’ and head office’s; one of no place its owner’s and head office’s', async () => {
    const placed = await create(manager, { scope: { outletId: ours.id } });
    const everywhere = await create(manager);
    const seen = async (identity: Identity) => (await list(identity)).map(({ id }) => id);
    expect(await seen(manager)).toEqual([everywhere, placed]);
    expect(await seen(HQ)).toEqual([everywhere, placed]);
    for (const identity of [colleague, owner]) expect(await seen(identity)).toEqual([placed]);
    expect(await seen(stranger)).toEqual([]);
    for (const [identity, id] of [
      [stranger, placed],
      [colleague, everywhere],
    ] as const) {
      for (const mutation of ['pauseSchedule', 'resumeSchedule', 'runScheduleNow'])
        expect(codesOf(await messages.run(identity, byId(mutation, 'schedule { id }'), { id }))).toEqual([
          'NOT_FOUND',
        ]);
      expect(codesOf(await messages.run(identity, byId('deleteSchedule', 'scheduleId'), { id }))).toEqual([
        'NOT_FOUND',
      ]);
      expect(codesOf(await messages.run(identity, UPDATE, { input: { id, name: 'Mine' } }))).toEqual([
        'NOT_FOUND',
      ]);
    }
    const scope = { outletId: theirs.id };
    expect(codesOf(await messages.run(manager, CREATE, { input: { ...MONDAYS, scope } }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(codesOf(await messages.run(manager, UPDATE, { input: { id: placed, scope } }))).toEqual([
      'NOT_FOUND',
    ]);
  });

  it.each(['visitor', 'guest', 'barista'])('is not for a %s', async (name) => {
    const identity = OTHERS[name];
    if (identity === undefined) throw new Error(`Nobody is a ${name}`);
    const code = name === 'visitor' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    expect(codesOf(await messages.run(identity, LIST))).toEqual([code]);
    expect(codesOf(await messages.run(identity, CREATE, { input: { ...MONDAYS, rule: '' } }))).toEqual([
      code,
    ]);
  });

  it('is changed, paused, resumed and deleted; a rule that stays counts on from where it began', async () => {
    const id = await create();
    await messages.pool.query(`UPDATE schedule SET anchor = '2026-01-01' WHERE id = $1`, [id]);
    const anchor = async () => (await messages.pool.query('SELECT anchor FROM schedule')).rows[0]?.anchor;
    const started = await anchor();
    const renamed = await messages.run(manager, UPDATE, { input: { id, name: 'Mondays', missed: 'ALL' } });
    expect(renamed.data?.updateSchedule).toMatchObject({
      schedule: { name: 'Mondays', missed: 'ALL', rule: MONDAYS.rule },
    });
    expect(await anchor()).toEqual(started);
    const changed = await messages.run(manager, UPDATE, {
      input: { id, rule: 'FREQ=DAILY;BYHOUR=7', scope: { outletId: ours.id } },
    });
    expect(changed.data?.updateSchedule).toMatchObject({
      schedule: { rule: 'FREQ=DAILY;BYHOUR=7', outlet: { id: ours.id } },
    });
    expect(await anchor()).not.toEqual(started);

    const paused = await messages.run(manager, byId('pauseSchedule'), { id });
    expect(paused.data?.pauseSchedule).toMatchObject({ schedule: { isPaused: true, nextRunAt: null } });
    await letFallDue(id, `now() - interval '3 days'`);
    const resumed = await messages.run(manager, byId('resumeSchedule'), { id });
    expect(resumed.data?.resumeSchedule).toMatchObject({
      schedule: { isPaused: false, nextRunAt: expect.any(String) },
    });
    expect(await runsOf()).toEqual([]);
    const deleted = await messages.run(manager, byId('deleteSchedule', 'scheduleId'), { id });
    expect(deleted.data?.deleteSchedule).toEqual({ scheduleId: id });
    expect(await list()).toEqual([]);
  });
});

describe('a run', () => {
  it('is one for each due time, however many processes plan and begin them', async () => {
    const twin = await startMessages(messages.platform);
    try {
      const ids = await Promise.all(Array.from({ length: 20 }, () => create(owner, { rule: 'FREQ=DAILY' })));
      const known = new Set((await dueEvents()).map(({ runId }) => runId));
      await messages.pool.query(
        `UPDATE schedule SET anchor = date_trunc('minute', now()) - interval '10 days', next_run_at = date_trunc('minute', now())`,
      );
      await eventually(async () => {
        const runs = await runsOf(owner);
        expect(runs).toHaveLength(ids.length);
        expect(runs.every(({ startedAt }) => startedAt !== null)).toBe(true);
      });
      const fresh = (await dueEvents()).filter(({ runId }) => !known.has(runId));
      expect(fresh).toHaveLength(ids.length);
      expect(new Set(fresh.map(({ scheduleId }) => scheduleId))).toEqual(new Set(ids));
    } finally {
      await twin.stop();
    }
  });

  it('asks for the figures of the whole period before, by its owner’s roles, and mails them with a table', async () => {
    const id = await create(manager, { scope: { outletId: ours.id } });
    const { nextRunAt } = (await list())[0] ?? {};
    const runId = await runNow(id);
    expect(await eventOf(runId)).toMatchObject({
      ...{ scheduleId: id, action: 'SALES_REPORT', ownerId: manager.customerId, roles: manager.roles },
      ...{ outletId: ours.id, franchiseId: ours.franchiseId },
    });
    const { from, to } = await eventOf(runId);
    expect([from, to].map((day) => new Date(day).getUTCDay())).toEqual([1, 0]);
    for (let time = 0; time < 2; time += 1) await answer(made(runId));
    await endsAs(runId, 'SUCCEEDED');
    const mails = await mailsTo(manager);
    expect(mails).toMatchObject([{ kind: 'SALES_REPORT', facts: { name: 'Person 0', schedule: 'Weekly' } }]);
    expect(JSON.parse(mails[0]?.facts.report ?? '')).toEqual(made(runId));
    expect((await list())[0]?.nextRunAt).toBe(nextRunAt);
  });

  it('of a stock report asks stock, and mails what it answers', async () => {
    const id = await create(manager, { action: 'STOCK_REPORT', scope: { outletId: ours.id } });
    const runId = await runNow(id);
    expect(await eventOf(runId)).toMatchObject({ action: 'STOCK_REPORT', outletId: ours.id });
    const report = {
      runId,
      place: 'Kedai Menteng',
      at: new Date().toISOString(),
      items: 0,
      lowItems: 0,
      rows: [],
    };
    await messages.deliver('messages.scheduled-reports', {
      ...{ type: 'stock-report.made', aggregateId: runId, aggregateVersion: 1, data: report },
    });
    await endsAs(runId, 'SUCCEEDED');
    const [mail] = await mailsTo(manager);
    expect(mail?.kind).toBe('STOCK_REPORT');
    expect(JSON.parse(mail?.facts.report ?? '')).toEqual(report);
  });

  it('is one at a time where it is asked for by hand, also of a paused schedule', async () => {
    const id = await create();
    await messages.run(manager, byId('pauseSchedule'), { id });
    const runId = await runNow(id);
    const again = await messages.run(manager, RUN_NOW, { id });
    expect(again.data?.runScheduleNow).toEqual({ run: null, userErrors: [{ code: 'INVALID_STATE' }] });
    await answer(made(runId));
    await endsAs(runId, 'SUCCEEDED');
    await runNow(id);
  });

  it.each([
    ['ALL', ['3', '2', '1']],
    ['ONCE', ['1']],
    ['SKIP', []],
  ])('that was missed while nothing ran: %s', async (missed, expected) => {
    const id = await create(manager, { rule: 'FREQ=DAILY', missed });
    await messages.pool.query(
      `UPDATE schedule SET anchor = date_trunc('minute', now()) - interval '10 days' - interval '1 hour',
         next_run_at = date_trunc('minute', now()) - interval '2 days' - interval '1 hour'`,
    );
    await eventually(async () => expect((await runsOf()).length).toBeGreaterThan(0));
    await eventually(async () => {
      const runs = await runsOf();
      expect(runs.every(({ startedAt, endedAt }) => startedAt !== null || endedAt !== null)).toBe(true);
    });
    const runs = await runsOf();
    const daysAgo = ({ dueAt }: Run) => String(Math.ceil((Date.now() - Date.parse(dueAt)) / 86_400_000));
    expect(
      runs
        .filter(({ outcome }) => outcome === null)
        .map(daysAgo)
        .toSorted()
        .toReversed(),
    ).toEqual(expected);
    const skipped = runs.filter(({ outcome }) => outcome === 'SKIPPED').map(daysAgo);
    expect(skipped.toSorted()).toEqual(missed === 'SKIP' ? ['1', '2', '3'] : []);
    const next = Date.parse((await list()).find((one) => one.id === id)?.nextRunAt ?? '') - Date.now();
    expect(next).toBeGreaterThan(22 * 3_600_000);
    expect(next).toBeLessThan(24 * 3_600_000);
    expect(await mailsTo(manager)).toEqual([]);
  });

  it('of an owner whose role was revoked is FORBIDDEN: no figures are asked for, none that were made are sent', async () => {
    const id = await create(manager, { scope: { outletId: ours.id } });
    const early = await runNow(id);
    try {
      await holdRoles({ ...manager, roles: [] });
      await answer(made(early));
      await endsAs(early, 'FORBIDDEN');
      const late = await runNow(id);
      await endsAs(late, 'FORBIDDEN');
      expect((await dueEvents()).filter(({ runId }) => runId === late)).toEqual([]);
      expect(await mailsTo(manager)).toMatchObject([
        { kind: 'SCHEDULE_FAILED', facts: { because: 'FORBIDDEN' } },
      ]);
    } finally {
      await holdRoles(manager);
    }
  });

  it('that fails is written about once, and again only after one that succeeded', async () => {
    const id = await create();
    const fail = async () => {
      const runId = await runNow(id);
      await refuse(runId, 'NOT_FOUND');
      await endsAs(runId, 'FAILED', 'PLACE_GONE');
    };
    await fail();
    await fail();
    expect((await list())[0]?.failingSince).not.toBeNull();
    expect(await mailsTo(manager)).toMatchObject([
      { kind: 'SCHEDULE_FAILED', facts: { because: 'PLACE_GONE' } },
    ]);
    const runId = await runNow(id);
    await answer(made(runId));
    await endsAs(runId, 'SUCCEEDED');
    expect((await list())[0]?.failingSince).toBeNull();
    await fail();
    expect((await mailsTo(manager)).map(({ kind }) => kind)).toEqual([
      ...['SCHEDULE_FAILED', 'SALES_REPORT', 'SCHEDULE_FAILED'],
    ]);
  });

  it('sends no figures to an address that is not confirmed', async () => {
    const person = staffAt('MANAGER', { outletId: ours.id });
    await makeKnown(messages, { customerId: person.customerId, isVerified: false });
    await holdRoles(person);
    const runId = await runNow(await create(person), person);
    await answer(made(runId));
    await endsAs(runId, 'FAILED', 'ADDRESS_NOT_CONFIRMED');
    expect(await mailsTo(person)).toMatchObject([{ kind: 'SCHEDULE_FAILED', facts: { name: '' } }]);
  });

  it('that nobody answers within a day has failed', async () => {
    const runId = await runNow(await create());
    await messages.pool.query(`UPDATE schedule_run SET started_at = now() - interval '25 hours'`);
    await endsAs(runId, 'FAILED', 'TIMED_OUT');
    await answer(made(runId));
    expect((await mailsTo(manager)).map(({ kind }) => kind)).toEqual(['SCHEDULE_FAILED']);
  });

  it('of a rule that cannot be read fails alone, and the schedule ends', async () => {
    const [broken, whole] = [await create(), await create()];
    await messages.pool.query(`UPDATE schedule SET rule = 'FREQ=NEVER' WHERE id = $1`, [broken]);
    await letFallDue(broken, 'now()');
    await messages.pool.query(`UPDATE schedule SET rule = 'FREQ=DAILY', next_run_at = now() WHERE id = $1`, [
      whole,
    ]);
    await eventually(async () => {
      const { rows } = await messages.pool.query(
        'SELECT outcome, failure FROM schedule_run WHERE schedule_id = $1',
        [broken],
      );
      expect(rows).toEqual([{ outcome: 'FAILED', failure: 'RULE_UNREADABLE' }]);
      expect((await list()).find(({ id }) => id === whole)?.nextRunAt).not.toBeNull();
    });
    expect((await list()).find(({ id }) => id === broken)?.nextRunAt).toBeNull();
  });

  it('waits for the roles of an owner that are not known here yet', async () => {
    const person = staffAt('MANAGER', { outletId: ours.id });
    await makeKnown(messages, { customerId: person.customerId });
    const id = await create(person);
    const other = await create();
    const runId = textAt(await messages.run(person, RUN_NOW, { id }), 'runScheduleNow', 'run', 'id');
    await runNow(other);
    expect((await runsOf(person))[0]).toMatchObject({ startedAt: null, endedAt: null });
    await holdRoles(person);
    await eventually(async () => expect((await runsOf(person))[0]?.startedAt).not.toBeNull());
    expect(await eventOf(runId)).toMatchObject({ ownerId: person.customerId });
  });
});

it('schedules of a deleted account go, with their runs and the roles', async () => {
  const person = staffAt('MANAGER', { outletId: ours.id });
  await holdRoles(person);
  await create(person, { scope: { outletId: ours.id } });
  await messages.deliver('messages.erasure', {
    ...{ type: 'customer.erased', aggregateId: person.customerId, aggregateVersion: 9 },
    data: { customerId: person.customerId },
  });
  await eventually(async () => expect(await list()).toEqual([]));
  await holdRoles(person);
  const { rowCount } = await messages.pool.query('SELECT FROM account_roles WHERE customer_id = $1', [
    person.customerId,
  ]);
  expect(rowCount).toBe(0);
});

it('an owner has 50 schedules at most', async () => {
  for (let count = 0; count < 50; count += 1) await create();
  const { data } = await messages.run(manager, CREATE, { input: MONDAYS });
  expect(data?.createSchedule).toMatchObject({ userErrors: [{ code: 'INVALID_STATE' }] });
  await create(owner);
});
