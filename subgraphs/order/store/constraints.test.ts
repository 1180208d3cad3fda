import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { type BareDatabase, openBareDatabase, type Row } from '../../../tests/support/bare-database.js';

const FRACTIONAL = 'invalid input syntax for type integer: "1.5"';
const FRACTIONAL_MONEY = 'invalid input syntax for type bigint: "1.5"';

/** The last wall behind the application's own checks. */
describe('the order database refuses', () => {
  let database: BareDatabase;
  let order: Row & { id: string };
  let redemption: Row & { id: string };
  let promotion: Row & { id: string };
  let cart: Row & { id: string };

  beforeAll(async () => {
    database = await openBareDatabase('order');
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    order = {
      ...{ id: newId(), number: newId(), customer_id: newId(), outlet_id: newId(), franchise_id: newId() },
      ...{ status: 'PLACED', status_at: new Date(), version: 1, total: 36_000, reward_discount: 0 },
      ...{ preparation_seconds: 60, placed_at: new Date() },
    };
    redemption = { id: newId(), customer_id: newId(), name: 'Teh gratis', amount_off: 10_000 };
    promotion = {
      ...{ id: newId(), name: 'Flash', percent: 20, menu_item_ids: [], outlet_ids: [], quantity: 100 },
      ...{ used: 0, starts_at: new Date(0), ends_at: new Date(1), source_version: 1, version: 1 },
    };
    cart = { id: newId(), customer_id: newId(), outlet_id: newId() };
    await database.insert('orders', order);
    await database.insert('redemption_copy', redemption);
    await database.insert('promotion_copy', promotion);
    await database.insert('cart', cart);
  });

  /** Rows that could be there too. */
  function another(table: string): Row {
    const rows: Record<string, Row> = {
      orders: { ...order, id: newId(), number: newId() },
      order_line: {
        ...{
          ...whose(order),
          order_id: order.id,
          position: 0,
          menu_item_id: newId(),
          name: 'Teh',
          quantity: 2,
        },
        ...{ unit_price: 18_000, discount: 0, subtotal: 36_000, options: '[]' },
      },
      order_status_entry: {
        ...{ ...whose(order), order_id: order.id, version: 1, status: 'PLACED', at: new Date() },
      },
      promotion_copy: { ...promotion, id: newId() },
      redemption_copy: { ...redemption, id: newId() },
      idempotency: {
        ...{ scope: 'placeOrder', key: newId(), input_hash: 'x', result_id: order.id },
        created_at: new Date(),
      },
      cart: { ...cart, id: newId(), customer_id: newId() },
      cart_line: {
        ...{ id: newId(), cart_id: cart.id, customer_id: cart.customer_id, menu_item_id: newId() },
        ...{ quantity: 1, choice: 'plain' },
      },
      sales_day: {
        ...{ outlet_id: newId(), day: '2026-11-20', franchise_id: newId(), orders: 1, units: 1, revenue: 1 },
      },
      sales_day_item: {
        ...{ outlet_id: newId(), day: '2026-11-20', menu_item_id: newId(), franchise_id: newId() },
        ...{ orders: 1, units: 1, revenue: 1 },
      },
    };
    return rows[table] ?? {};
  }

  it.each<[what: string, table: string, bend: Row, refusal: string]>([
    ['an order below nothing', 'orders', { total: -1 }, 'orders_total'],
    ['an order above every sum', 'orders', { total: 1_000_000_000_001 }, 'orders_total'],
    ['an order of a part of a rupiah', 'orders', { total: 1.5 }, FRACTIONAL_MONEY],
    ['an order before its first version', 'orders', { version: 0 }, 'orders_version'],
    ['an order made in less than no time', 'orders', { preparation_seconds: -1 }, 'orders_preparation'],
    ['a reward that raises a total', 'orders', { reward_discount: -1 }, 'orders_reward_discount'],
    [
      'a reward that leaves too little to pay',
      'orders',
      { reward_discount: 1, total: 999 },
      'orders_reward_discount',
    ],
    ['a payment awaited for ever', 'orders', { status: 'AWAITING_PAYMENT' }, 'orders_payment_due'],
    ['a payment due where none is owed', 'orders', { payment_due_at: new Date() }, 'orders_payment_due'],
    ['an order paid by nothing', 'orders', { status: 'PAID' }, 'orders_paid'],
    ['an order made for nothing', 'orders', { status: 'PREPARING' }, 'orders_paid'],
    ['an order handed out for nothing', 'orders', { status: 'COMPLETED' }, 'orders_paid'],
    ['a line of nothing', 'order_line', { quantity: 0, subtotal: 0 }, 'order_line_quantity'],
    ['a line of less than nothing', 'order_line', { quantity: -1, subtotal: -18_000 }, 'order_line_price'],
    ['a line of more than 99', 'order_line', { quantity: 100, subtotal: 1_800_000 }, 'order_line_quantity'],
    ['a line of a part of a drink', 'order_line', { quantity: 1.5 }, FRACTIONAL],
    [
      'a line that overflows',
      'order_line',
      { quantity: 2 ** 31 },
      'value "2147483648" is out of range for type integer',
    ],
    ['a line at less than nothing', 'order_line', { unit_price: -1, subtotal: -2 }, 'order_line_price'],
    ['a line at a part of a rupiah', 'order_line', { unit_price: 1.5 }, FRACTIONAL_MONEY],
    ['a line cheaper than its price', 'order_line', { subtotal: 35_999 }, 'order_line_price'],
    ['a line above its price', 'order_line', { subtotal: 36_001 }, 'order_line_price'],
    [
      'a discount above the line',
      'order_line',
      { discount: 36_001, subtotal: -1, promotion_id: newId(), promotion_name: 'Flash' },
      'order_line_price',
    ],
    [
      'a discount that raises the price',
      'order_line',
      { discount: -1, subtotal: 36_001 },
      'order_line_price',
    ],
    [
      'a discount by no promotion',
      'order_line',
      { discount: 1_000, subtotal: 35_000 },
      'order_line_promotion',
    ],
    [
      'a promotion that saves nothing',
      'order_line',
      { promotion_id: newId(), promotion_name: 'Flash' },
      'order_line_promotion',
    ],
    ['a fifty-first line', 'order_line', { position: 50 }, 'order_line_position'],
    ['a line of no order', 'order_line', { order_id: newId() }, 'order_line_order_id_fkey'],
    ['a status of no order', 'order_status_entry', { order_id: newId() }, 'order_status_entry_order_id_fkey'],
    ['a reward worth nothing', 'redemption_copy', { amount_off: 0 }, 'redemption_copy_amount'],
    [
      'a reward above every price',
      'redemption_copy',
      { amount_off: 1_000_000_001 },
      'redemption_copy_amount',
    ],
    ['a promotion used beyond its quantity', 'promotion_copy', { used: 101 }, 'promotion_copy_used'],
    ['a promotion used less than never', 'promotion_copy', { used: -1 }, 'promotion_copy_used'],
    ['an idempotency key that is none', 'idempotency', { key: '' }, 'idempotency_key'],
    ['an idempotency key without end', 'idempotency', { key: 'x'.repeat(129) }, 'idempotency_key'],
    ['a line of nothing in a cart', 'cart_line', { quantity: 0 }, 'cart_line_quantity'],
    ['a line of less than nothing in a cart', 'cart_line', { quantity: -1 }, 'cart_line_quantity'],
    ['a line of more than 99 in a cart', 'cart_line', { quantity: 100 }, 'cart_line_quantity'],
    ['a line of a part of a drink in a cart', 'cart_line', { quantity: 1.5 }, FRACTIONAL],
    ['a line in no cart', 'cart_line', { cart_id: newId() }, 'cart_line_cart_id_fkey'],
    ['a day with fewer orders than none', 'sales_day', { orders: -1 }, 'sales_day_figures'],
    ['a day with fewer units than none', 'sales_day', { units: -1 }, 'sales_day_figures'],
    ['fewer of an item sold than none', 'sales_day_item', { units: -1 }, 'sales_day_item_figures'],
  ])('%s', async (_what, table, bend, refusal) => {
    expect(await database.refusalOfBent(table, another(table), bend)).toBe(refusal);
  });

  it('one number for two orders', async () => {
    const { number } = order;
    expect(await database.refusalOfBent('orders', another('orders'), { number })).toBe('order_number_pkey');
  });

  it('a second cart of a guest at an outlet', async () => {
    const { customer_id } = cart;
    const refusal = await database.refusalOfBent('cart', another('cart'), { customer_id });
    expect(refusal).toBe('cart_customer_id_outlet_id_key');
  });

  it.each<[what: string, table: string, difference: Row, refusal: string]>([
    ['two lines in one place', 'order_line', { menu_item_id: newId() }, 'order_line_pkey'],
    ['two statuses at one version', 'order_status_entry', { status: 'CANCELLED' }, 'order_status_entry_pkey'],
    ['a caller’s key for two orders', 'idempotency', { result_id: newId() }, 'idempotency_pkey'],
    ['one choice on two lines of a cart', 'cart_line', { id: newId() }, 'cart_line_cart_id_choice_key'],
  ])('%s', async (_what, table, difference, refusal) => {
    const row = another(table);
    expect(await database.refusalOf(() => database.insert(table, row))).toBeUndefined();
    const both = database.refusalOf(async () => {
      await database.insert(table, row);
      await database.insert(table, { ...row, ...difference });
    });
    // The key of a partition says its month, too.
    expect((await both)?.replace(/_\d{4}_\d{2}_/, '_')).toBe(refusal);
  });

  it('a total that is not what its lines come to, less its rewards', async () => {
    const line = another('order_line');
    const { id } = order;
    const changed = (change: string) =>
      database.refusalOf(async () => {
        await database.insert('order_line', line);
        await database.query(change, [id]);
      });
    expect(await changed('UPDATE orders SET version = 2 WHERE id = $1')).toBeUndefined();
    for (const change of [
      'UPDATE orders SET total = total - 1 WHERE id = $1',
      'UPDATE orders SET reward_discount = 1 WHERE id = $1',
      'UPDATE order_line SET unit_price = 1, subtotal = 2 WHERE order_id = $1',
      `INSERT INTO order_line (order_id, customer_id, outlet_id, franchise_id, position, menu_item_id, name, quantity,
                               unit_price, subtotal, options)
        SELECT order_id, customer_id, outlet_id, franchise_id, 1, menu_item_id, name, quantity,
               unit_price, subtotal, options FROM order_line WHERE order_id = $1`,
    ]) {
      expect(await changed(change)).toBe('orders_total_of_lines');
    }
    const cheaper = { unit_price: 1, subtotal: 2 };
    expect(await database.refusalOfBent('order_line', line, cheaper)).toBe('orders_total_of_lines');
  });

  /** An order of 36,000 with a reward of 10,000, as the application writes it. */
  async function placeRewarded(bend: { readonly order?: Row; readonly reward?: Row } = {}): Promise<string> {
    const id = newId();
    const totals = { customer_id: redemption.customer_id, reward_discount: 10_000, total: 26_000 };
    const placed: Row = { ...another('orders'), id, ...totals, ...bend.order };
    await database.insert('orders', placed);
    await database.insert('order_line', { ...another('order_line'), ...whose(placed), order_id: id });
    const reward = { ...whose(placed), redemption_id: redemption.id, order_id: id, ...bend.reward };
    await database.insert('order_reward', reward);
    return id;
  }

  it.each<[what: string, bend: Parameters<typeof placeRewarded>[0], refusal: string]>([
    ['that was never redeemed', { reward: { redemption_id: newId() } }, 'order_reward_redemption_id_fkey'],
    ['of no order', { reward: { order_id: newId() } }, 'order_reward_order_id_fkey'],
    ['of another guest', { order: { customer_id: newId() } }, 'orders_rewards'],
    ['not taken off', { order: { total: 36_000 } }, 'orders_total_of_lines'],
    ['taken off twice', { order: { total: 16_000 } }, 'orders_total_of_lines'],
    ['worth less than is taken off', { order: { reward_discount: 10_001, total: 25_999 } }, 'orders_rewards'],
    ['worth more than is taken off', { order: { reward_discount: 0, total: 36_000 } }, 'orders_rewards'],
  ])('a reward %s', async (_what, bend, refusal) => {
    expect(await database.refusalOf(() => placeRewarded())).toBeUndefined();
    expect(await database.refusalOf(() => placeRewarded(bend))).toBe(refusal);
  });

  it('a reward used by two orders, or taken back from one', async () => {
    const twice = database.refusalOf(async () => {
      await placeRewarded();
      await placeRewarded();
    });
    expect(await twice).toBe('spent_redemption_pkey');
    const takenBack = database.refusalOf(async () => {
      const id = await placeRewarded();
      await database.query('DELETE FROM order_reward WHERE order_id = $1', [id]);
    });
    expect(await takenBack).toBe('orders_rewards');
  });

  it('more units of a promotion than it has', async () => {
    const take = (units: number) => () =>
      database.query('UPDATE promotion_copy SET used = used + $1 WHERE id = $2', [units, promotion.id]);
    expect(await database.refusalOf(take(100))).toBeUndefined();
    expect(await database.refusalOf(take(101))).toBe('promotion_copy_used');
  });
});

/** The columns of whose an order and all that belongs to it is. */
function whose({ customer_id, outlet_id, franchise_id }: Row): Row {
  return { customer_id, outlet_id, franchise_id };
}
