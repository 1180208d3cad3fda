import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { type BareDatabase, openBareDatabase, type Row } from '../../../tests/support/bare-database.js';

const FRACTIONAL = 'invalid input syntax for type integer: "1.5"';

/** Invalid states that the database refuses, whatever the application does. */
describe('the stock database refuses', () => {
  let stock: BareDatabase;
  let place: Row;
  let counted: Row & { id: string };
  let weighed: Row & { id: string };
  let shelf: Row & { id: string };
  let delivery: Row & { id: string };
  let boot: number;

  beforeAll(async () => {
    stock = await openBareDatabase('stock');
    boot = 0;
  });
  afterAll(() => stock.close());

  /** Ten of each item, opened by a person. */
  beforeEach(async () => {
    place = { franchise_id: newId(), outlet_id: newId() };
    const items: (Row & { id: string })[] = [];
    for (const tracking of ['COUNT', 'SHELF']) {
      const ingredient = { id: newId(), name: newId(), unit: 'PIECE' };
      const item = { id: newId(), ...place, ingredient_id: ingredient.id, tracking, reorder_point: 0 };
      await stock.insert('ingredient', ingredient);
      await stock.insert('stock_item', item);
      await stock.insert('stock_movement', movement(item.id, 'ON_HAND', 10));
      items.push(item);
    }
    [counted = { id: '' }, weighed = { id: '' }] = items;
    shelf = {
      ...{ id: newId(), ...place, stock_item_id: weighed.id, grams_per_unit: 5, tare_grams: 100 },
      token_hash: Buffer.alloc(32),
    };
    delivery = { id: newId(), ...place, received_by: newId() };
    boot += 1;
    await stock.insert('shelf', shelf);
    await stock.insert('shelf_boot', { number: boot, shelf_id: shelf.id, ...place, boot_id: 'first' });
    await stock.insert('delivery', delivery);
  });

  /** What a person did to a figure. */
  function movement(itemId: string, figure: string, delta: number): Row & { id: string } {
    const cause = { kind: 'COUNT', trace_id: newId(), person_id: newId() };
    return { id: newId(), stock_item_id: itemId, ...place, figure, delta, ...cause };
  }

  const move = (item: Row & { id: string }, figure: string, delta: number) =>
    stock.insert('stock_movement', movement(item.id, figure, delta));

  /** Rows that could be there too. */
  function another(table: string): Row {
    const rows: Record<string, Row> = {
      stock_item: { ...counted, id: newId(), outlet_id: newId() },
      stock_movement: movement(counted.id, 'ON_HAND', 1),
      reservation: {
        ...{ order_id: newId(), stock_item_id: counted.id, ...place },
        ...{ quantity: 2, state: 'RESERVED' },
      },
      shelf: { ...shelf, id: newId() },
      shelf_boot: { number: -boot, shelf_id: shelf.id, ...place, boot_id: 'second' },
      reading: { boot, seq: 0, batch_id: newId(), ...place, grams: 500, at: new Date() },
      delivery_line: {
        ...{ delivery_id: delivery.id, ...place, position: 0 },
        ...{ stock_item_id: counted.id, quantity: 3 },
      },
      ingredient: { id: newId(), name: newId(), unit: 'GRAM' },
    };
    return rows[table] ?? {};
  }

  it.each<[what: string, table: string, bend: () => Row, refusal: string]>([
    [
      'an item without an ingredient',
      'stock_item',
      () => ({ ingredient_id: newId() }),
      'stock_item_ingredient_id_fkey',
    ],
    [
      'an item twice at an outlet',
      'stock_item',
      () => ({ outlet_id: counted.outlet_id }),
      'stock_item_of_outlet',
    ],
    [
      'a reorder point below nothing',
      'stock_item',
      () => ({ reorder_point: -1 }),
      'reorder_point_not_negative',
    ],
    ['a part of a unit', 'stock_movement', () => ({ delta: 1.5 }), FRACTIONAL],
    [
      'more units than can be counted',
      'stock_movement',
      () => ({ delta: 2 ** 31 }),
      'value "2147483648" is out of range for type integer',
    ],
    ['a figure that overflows', 'stock_movement', () => ({ delta: 2 ** 31 - 1 }), 'integer out of range'],
    ['a movement without a cause', 'stock_movement', () => ({ person_id: null }), 'one_cause'],
    ['a movement with two causes', 'stock_movement', () => ({ order_id: newId() }), 'one_cause'],
    [
      'a movement by half a reading',
      'stock_movement',
      () => ({ person_id: null, shelf_id: newId(), boot_id: 'first', seq: 1 }),
      'reading_is_whole',
    ],
    ['a reservation of nothing', 'reservation', () => ({ quantity: 0 }), 'quantity_positive'],
    [
      'a reservation of less than nothing',
      'reservation',
      () => ({ quantity: -1 }),
      'drawn_left_within_quantity',
    ],
    ['a reservation of a part of a unit', 'reservation', () => ({ quantity: 1.5 }), FRACTIONAL],
    [
      'a drawn reservation with nothing left to show',
      'reservation',
      () => ({ state: 'DRAWN' }),
      'drawn_left_while_drawn',
    ],
    ['a debt that was never drawn', 'reservation', () => ({ drawn_left: 1 }), 'drawn_left_while_drawn'],
    [
      'a debt above its reservation',
      'reservation',
      () => ({ state: 'DRAWN', drawn_left: 3 }),
      'drawn_left_within_quantity',
    ],
    ['units that weigh nothing', 'shelf', () => ({ grams_per_unit: 0 }), 'grams_per_unit_positive'],
    ['a tare below nothing', 'shelf', () => ({ tare_grams: -1 }), 'tare_not_negative'],
    [
      'a shelf with less than nothing on it',
      'shelf',
      () => ({ weighed_units: -1 }),
      'weighed_units_not_negative',
    ],
    ['a shelf of no item', 'shelf', () => ({ stock_item_id: newId() }), 'shelf_stock_item_id_fkey'],
    ['a shelf of another outlet’s item', 'shelf', () => ({ outlet_id: newId() }), 'shelf_stock_item_id_fkey'],
    ['one boot twice', 'shelf_boot', () => ({ boot_id: 'first' }), 'shelf_boot_shelf_id_boot_id_key'],
    ['a reading before the first', 'reading', () => ({ seq: -1 }), 'seq_not_negative'],
    ['a delivery of nothing', 'delivery_line', () => ({ quantity: 0 }), 'quantity_positive'],
    ['a delivery of less than nothing', 'delivery_line', () => ({ quantity: -1 }), 'quantity_positive'],
    ['a delivery of a part of a unit', 'delivery_line', () => ({ quantity: 1.5 }), FRACTIONAL],
    [
      'a line of no delivery',
      'delivery_line',
      () => ({ delivery_id: newId() }),
      'delivery_line_delivery_id_fkey',
    ],
    [
      'a line of another outlet’s delivery',
      'delivery_line',
      () => ({ outlet_id: newId() }),
      'delivery_line_delivery_id_fkey',
    ],
  ])('%s', async (_what, table, bend, refusal) => {
    expect(await stock.refusalOfBent(table, another(table), bend())).toBe(refusal);
  });

  it.each<[what: string, table: string, difference: Row, refusal: string]>([
    ['two reservations of an item to an order', 'reservation', { quantity: 1 }, 'reservation_pkey'],
    ['one reading of a shelf twice', 'reading', { grams: 1 }, 'reading_pkey'],
    ['one movement twice', 'stock_movement', { delta: 2 }, 'stock_movement_pkey'],
    ['two lines in one place of a delivery', 'delivery_line', { quantity: 1 }, 'delivery_line_pkey'],
    ['two ingredients of one name', 'ingredient', { id: newId() }, 'ingredient_name_key'],
  ])('%s', async (_what, table, difference, refusal) => {
    const row = another(table);
    expect(await stock.refusalOf(() => stock.insert(table, row))).toBeUndefined();
    const both = stock.refusalOf(async () => {
      await stock.insert(table, row);
      await stock.insert(table, { ...row, ...difference });
    });
    // A unique index of a partitioned table is one of each partition.
    expect((await both)?.replace(/_\d{4}(_\d\d){1,2}_pkey$/, '_pkey')).toBe(refusal);
  });

  it('less than nothing on hand, reserved or drawn', async () => {
    expect(await stock.refusalOf(() => move(weighed, 'ON_HAND', -10))).toBeUndefined();
    expect(await stock.refusalOf(() => move(weighed, 'ON_HAND', -11))).toBe('on_hand_not_negative');
    expect(await stock.refusalOf(() => move(weighed, 'RESERVED', -1))).toBe('reserved_not_negative');
    expect(await stock.refusalOf(() => move(weighed, 'DRAWN', -1))).toBe('drawn_not_negative');
  });

  it('a reservation of more than is there, at once or bit by bit', async () => {
    expect(await stock.refusalOf(() => move(counted, 'RESERVED', 10))).toBeUndefined();
    expect(await stock.refusalOf(() => move(counted, 'RESERVED', 11))).toBe('promised_within_stock');
    const bitByBit = stock.refusalOf(async () => {
      for (const quantity of [6, 4, 1]) await move(counted, 'RESERVED', quantity);
    });
    expect(await bitByBit).toBe('promised_within_stock');
  });

  it('a reservation of what was drawn already, though not that a promise loses its cover', async () => {
    const drawn = stock.refusalOf(async () => {
      await move(weighed, 'DRAWN', 8);
      await move(weighed, 'RESERVED', 3);
    });
    expect(await drawn).toBe('promised_within_stock');
    const recounted = stock.refusalOf(async () => {
      await move(counted, 'RESERVED', 8);
      await move(counted, 'ON_HAND', -5);
      await move(counted, 'RESERVED', -8);
    });
    expect(await recounted).toBeUndefined();
  });

  it('something drawn of what is counted', async () => {
    expect(await stock.refusalOf(() => move(weighed, 'DRAWN', 1))).toBeUndefined();
    expect(await stock.refusalOf(() => move(counted, 'DRAWN', 1))).toBe('drawn_only_by_scales');
  });

  it('an item that goes while something is there of it', async () => {
    const remove = () => stock.query('UPDATE stock_item SET removed_at = now() WHERE id = $1', [counted.id]);
    expect(await stock.refusalOf(remove)).toBe('removed_is_empty');
    const emptied = stock.refusalOf(async () => {
      await move(counted, 'ON_HAND', -10);
      await remove();
    });
    expect(await emptied).toBeUndefined();
  });

  it('a figure that is not the sum of its ledger', async () => {
    const reorder = 'UPDATE stock_item SET reorder_point = 11 WHERE id = $1';
    expect(await stock.refusalOf(() => stock.query(reorder, [counted.id]))).toBeUndefined();
    for (const figure of ['on_hand', 'reserved', 'drawn']) {
      const set = `UPDATE stock_item SET ${figure} = ${figure} + 1 WHERE id = $1`;
      expect(await stock.refusalOf(() => stock.query(set, [weighed.id]))).toBe(
        'update of stock_item is refused: figures follow the ledger',
      );
      expect(await stock.refusalOfBent('stock_item', another('stock_item'), { [figure]: 1 })).toBe(
        'insert of stock_item is refused: figures follow the ledger',
      );
    }
  });

  it('a ledger that is changed afterwards', async () => {
    for (const [statement, refusal] of [
      ['UPDATE stock_movement SET delta = delta + 1', 'update of stock_movement'],
      ['DELETE FROM stock_movement', 'delete of stock_movement'],
    ] as const) {
      expect(await stock.refusalOf(() => stock.query(statement))).toBe(
        `${refusal} is refused: the ledger is append only`,
      );
    }
  });
});
