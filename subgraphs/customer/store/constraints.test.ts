import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { type BareDatabase, openBareDatabase, type Row } from '../../../tests/support/bare-database.js';

const FRACTIONAL = 'invalid input syntax for type integer: "1.5"';

/** The database refuses what the application must never write. */
describe('the customer database refuses', () => {
  let database: BareDatabase;
  let customer: Row & { id: string };
  let reward: Row & { id: string };
  let grant: Row;
  let account: Row;

  beforeAll(async () => {
    database = await openBareDatabase('customer');
  });
  afterAll(() => database.close());

  /** Somebody with a role and a hundred points, and a reward for fifty of them. */
  beforeEach(async () => {
    const id = newId();
    customer = { id, email: `${id}@kedai.test`, name: 'Rina', password_hash: 'x' };
    reward = { id: newId(), name: 'Teh gratis', description: 'Satu teh', points: 50, amount_off: 18_000 };
    grant = { id: newId(), customer_id: id, role: 'BARISTA', outlet_id: newId(), franchise_id: newId() };
    account = { customer_id: id, points: 100, lifetime_points: 100, version: 1 };
    await database.insert('customer', customer);
    await database.insert('reward', reward);
    await database.insert('role_grant', grant);
    await database.query('BEGIN');
    await database.insert('loyalty_account', account);
    await database.insert('loyalty_entry', entry('EARNED', 100, { lifetime_points: 100, order_id: newId() }));
    await database.query('COMMIT');
  });

  function entry(kind: string, points: number, columns: Row): Row {
    return { id: newId(), customer_id: customer.id, kind, points, lifetime_points: 0, ...columns };
  }

  const move = (points: number, lifetime = 0) =>
    database.query(
      'UPDATE loyalty_account SET points = points + $1, lifetime_points = lifetime_points + $2 WHERE customer_id = $3',
      [points, lifetime, customer.id],
    );

  /** What an order earns, as the application writes it. */
  async function earn(orderId: string): Promise<void> {
    await database.insert('loyalty_entry', entry('EARNED', 5, { lifetime_points: 5, order_id: orderId }));
    await move(5, 5);
  }

  /** A reward that is redeemed, as the application writes it. */
  async function redeem(bend: Row = {}): Promise<string> {
    const redemption = { ...another('redemption'), ...bend };
    const id = newId();
    await database.insert('redemption', { ...redemption, id });
    await database.insert('loyalty_entry', entry('REDEEMED', -50, { redemption_id: id }));
    await move(-50);
    return id;
  }

  async function giveBack(id: string): Promise<void> {
    const returned = `UPDATE redemption SET status = 'RETURNED', order_id = $2, returned_at = now() WHERE id = $1`;
    await database.query(returned, [id, newId()]);
    await database.insert('loyalty_entry', entry('RETURNED', 50, { redemption_id: id }));
    await move(50);
  }

  /** Rows that could be there too. */
  function another(table: string): Row {
    const rows: Record<string, Row> = {
      customer: { ...customer, id: newId(), email: `${newId()}@kedai.test` },
      role_grant: { ...grant, id: newId(), outlet_id: newId() },
      session: { id: newId(), customer_id: customer.id, expires_at: new Date() },
      notification: { id: newId(), customer_id: customer.id, kind: 'LOYALTY', title: 'Poin', body: 'Poin' },
      reward: { ...reward, id: newId() },
      redemption: {
        ...{ id: newId(), customer_id: customer.id, reward_id: reward.id, name: reward.name, points: 50 },
        ...{ amount_off: 18_000, status: 'AVAILABLE' },
      },
      idempotency: {
        scope: `${customer.id}:redeemReward`,
        key: newId(),
        input_hash: 'x',
        result_id: newId(),
      },
    };
    return rows[table] ?? {};
  }

  it.each<[what: string, table: string, bend: () => Row, refusal: string]>([
    ['one address for two people', 'customer', () => ({ email: customer.email }), 'customer_email_key'],
    ['an address in capitals', 'customer', () => ({ email: 'RINA@KEDAI.TEST' }), 'customer_email_normal'],
    ['an empty address', 'customer', () => ({ email: '' }), 'customer_email_normal'],
    ['a role twice at a place', 'role_grant', () => ({ outlet_id: grant.outlet_id }), 'role_grant_once'],
    [
      'a role without a person',
      'role_grant',
      () => ({ customer_id: newId() }),
      'role_grant_customer_id_fkey',
    ],
    ['a barista of no outlet', 'role_grant', () => ({ outlet_id: null }), 'role_grant_place'],
    ['an owner of an outlet', 'role_grant', () => ({ role: 'OWNER' }), 'role_grant_place'],
    ['head office at an outlet', 'role_grant', () => ({ role: 'HQ' }), 'role_grant_place'],
    ['a role that there is not', 'role_grant', () => ({ role: 'KING' }), 'role_grant_place'],
    ['a session that ended for no reason', 'session', () => ({ ended_at: new Date() }), 'session_end'],
    ['a notification of no kind', 'notification', () => ({ kind: 'SPAM' }), 'notification_kind'],
    ['a reward for nothing', 'reward', () => ({ points: 0 }), 'reward_terms'],
    ['a reward that gives points', 'reward', () => ({ points: -1 }), 'reward_terms'],
    ['a reward for a part of a point', 'reward', () => ({ points: 1.5 }), FRACTIONAL],
    ['a reward above every balance', 'reward', () => ({ points: 1_000_001 }), 'reward_terms'],
    ['a reward worth nothing', 'reward', () => ({ amount_off: 0 }), 'reward_terms'],
    ['a reward above every price', 'reward', () => ({ amount_off: 1_000_000_001 }), 'reward_terms'],
    ['an idempotency key without a text', 'idempotency', () => ({ key: '' }), 'idempotency_key'],
  ])('%s', async (_what, table, bend, refusal) => {
    expect(await database.refusalOfBent(table, another(table), bend())).toBe(refusal);
  });

  it.each<[what: string, bend: Row, refusal: string]>([
    ['for nothing', { points: 0 }, 'redemption_costs'],
    ['for less than nothing', { points: -50 }, 'redemption_costs'],
    ['for a part of a point', { points: 1.5 }, FRACTIONAL],
    ['for other points than were spent', { points: 49 }, 'redemption_sum'],
    ['worth nothing', { amount_off: 0 }, 'redemption_amount'],
    ['of no reward', { reward_id: newId() }, 'redemption_reward_id_fkey'],
    ['of another customer’s points', { customer_id: newId() }, 'redemption_sum'],
    ['in no state', { status: 'LOST' }, 'redemption_state'],
    ['used by no order', { status: 'APPLIED' }, 'redemption_state'],
    ['of an order that did not use it', { order_id: newId() }, 'redemption_state'],
    ['void without its points', { status: 'VOID', returned_at: new Date() }, 'redemption_sum'],
    ['void at no time', { status: 'VOID' }, 'redemption_state'],
    ['back at no time', { status: 'RETURNED', order_id: newId() }, 'redemption_state'],
    [
      'back without its points',
      { status: 'RETURNED', order_id: newId(), returned_at: new Date() },
      'redemption_sum',
    ],
  ])('a redemption %s', async (_what, bend, refusal) => {
    expect(await database.refusalOf(() => redeem())).toBeUndefined();
    expect(await database.refusalOf(() => redeem(bend))).toBe(refusal);
  });

  it('a redemption that is not paid for', async () => {
    const free = database.refusalOf(() => database.insert('redemption', another('redemption')));
    expect(await free).toBe('redemption_sum');
  });

  it('spending more points than there are', async () => {
    const spend = (times: number) => async () => {
      for (let time = 0; time < times; time += 1) await redeem();
    };
    expect(await database.refusalOf(spend(2))).toBeUndefined();
    expect(await database.refusalOf(spend(3))).toBe('loyalty_account_not_negative');
    const lifetime = database.refusalOf(() => move(0, -101));
    expect(await lifetime).toBe('loyalty_account_not_negative');
  });

  it('an order’s points twice', async () => {
    const orderId = newId();
    expect(await database.refusalOf(() => earn(orderId))).toBeUndefined();
    const twice = database.refusalOf(async () => {
      await earn(orderId);
      await earn(orderId);
    });
    expect(await twice).toBe('loyalty_entry_once_a_step');
  });

  it('a redemption’s points back twice', async () => {
    const once = async () => {
      const id = await redeem();
      await giveBack(id);
      return id;
    };
    expect(await database.refusalOf(once)).toBeUndefined();
    const twice = database.refusalOf(async () => giveBack(await once()));
    expect(await twice).toBe('loyalty_entry_redemption_id_kind_key');
  });

  it.each<[what: string, kind: string, points: number, columns: Row, refusal: string]>([
    [
      'earning by spending',
      'EARNED',
      -5,
      { lifetime_points: -5, order_id: newId() },
      'loyalty_entry_direction',
    ],
    ['earning what does not count', 'EARNED', 5, { order_id: newId() }, 'loyalty_entry_direction'],
    [
      'reversing by earning',
      'REVERSED',
      5,
      { lifetime_points: 5, order_id: newId() },
      'loyalty_entry_direction',
    ],
    ['redeeming by earning', 'REDEEMED', 5, { redemption_id: newId() }, 'loyalty_entry_direction'],
    ['returning by spending', 'RETURNED', -5, { redemption_id: newId() }, 'loyalty_entry_direction'],
    ['a gift', 'GIFT', 5, { order_id: newId() }, 'loyalty_entry_direction'],
    ['voiding by spending', 'VOIDED', -5, { redemption_id: newId() }, 'loyalty_entry_direction'],
    ['reinstating by earning', 'REINSTATED', 5, { redemption_id: newId() }, 'loyalty_entry_direction'],
    ['earning by no order', 'EARNED', 5, { lifetime_points: 5 }, 'loyalty_entry_origin'],
    ['returning no redemption', 'RETURNED', 5, {}, 'loyalty_entry_origin'],
    ['returning what was never redeemed', 'RETURNED', 5, { redemption_id: newId() }, 'redemption_sum'],
  ])('%s', async (_what, kind, points, columns, refusal) => {
    expect(await database.refusalOf(() => earn(newId()))).toBeUndefined();
    const wrong = database.refusalOf(async () => {
      await database.insert('loyalty_entry', entry(kind, points, columns));
      await move(points, Number(columns.lifetime_points ?? 0));
    });
    expect(await wrong).toBe(refusal);
  });

  it('an account that is not the sum of its ledger', async () => {
    expect(await database.refusalOf(() => move(0))).toBeUndefined();
    expect(await database.refusalOf(() => move(1))).toBe('loyalty_account_sum');
    expect(await database.refusalOf(() => move(0, 1))).toBe('loyalty_account_sum');
    const earned = { lifetime_points: 5, order_id: newId() };
    const unsummed = database.refusalOf(() => database.insert('loyalty_entry', entry('EARNED', 5, earned)));
    expect(await unsummed).toBe('loyalty_account_sum');
    const gone = 'DELETE FROM loyalty_account WHERE customer_id = $1';
    expect(await database.refusalOf(() => database.query(gone, [customer.id]))).toBe('loyalty_account_sum');
  });

  it('a ledger that is changed afterwards', async () => {
    for (const statement of ['UPDATE loyalty_entry SET points = 1', 'DELETE FROM loyalty_entry']) {
      expect(await database.refusalOf(() => database.query(statement))).toBe('loyalty_append_only');
    }
  });
});
