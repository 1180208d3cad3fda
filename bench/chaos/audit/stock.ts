/** Stock: every figure is the sum of its ledger, its reservations and its scales; limited items are granted once. */
import type { Books } from './books.js';
import { atMost, type Equation, equal } from './equation.js';

const FIGURES = [
  ['on hand', 'on_hand', 'ON_HAND'],
  ['reserved', 'reserved', 'RESERVED'],
  ['drawn', 'drawn', 'DRAWN'],
] as const;

/** Items whose level their shelves say. */
const WEIGHED = `tracking = 'SHELF' AND id IN (SELECT stock_item_id FROM shelf WHERE removed_at IS NULL)`;

/** Items that hold an ingredient of a limited menu item. */
const LIMITED = `stock_item.ingredient_id IN (SELECT unnest(ingredient_ids) FROM limited_item WHERE is_limited)`;

/** Readings are pruned after a month. */
const RETENTION = `interval '1 day'`;

export async function auditStock({ stock }: Pick<Books, 'stock'>): Promise<Equation[]> {
  const equations: Equation[] = [];
  for (const [name, column, figure] of FIGURES) {
    equations.push(
      equal(
        `Stock ${name} is what the ledger says, item by item`,
        [`Σ ${column}`, await stock.amounts(`SELECT id AS name, ${column} AS amount FROM stock_item`)],
        [
          `Σ ledger ${figure}`,
          await stock.amounts(
            `SELECT stock_item_id AS name, sum(delta) AS amount FROM stock_movement_with_archive WHERE figure = $1 GROUP BY 1`,
            [figure],
          ),
        ],
      ),
    );
  }
  equations.push(
    equal(
      'What is reserved is what orders were promised',
      ['Σ reserved', await stock.amounts('SELECT id AS name, reserved AS amount FROM stock_item')],
      [
        'Σ reservations',
        await stock.amounts(
          `SELECT stock_item_id AS name, quantity AS amount FROM reservation_with_archive WHERE state = 'RESERVED'`,
        ),
      ],
    ),
    equal(
      'What is drawn is what orders drew and no scale has shown',
      ['Σ drawn', await stock.amounts('SELECT id AS name, drawn AS amount FROM stock_item')],
      [
        'Σ drawn left',
        await stock.amounts(
          'SELECT stock_item_id AS name, drawn_left AS amount FROM reservation_with_archive',
        ),
      ],
    ),
    equal(
      'A weighed item has what its scales say',
      [
        'Σ on hand',
        await stock.amounts(`SELECT id AS name, on_hand AS amount FROM stock_item WHERE ${WEIGHED}`),
      ],
      [
        'Σ shares',
        await stock.amounts(
          "SELECT stock_item_id AS name, units AS amount FROM shelf JOIN stock_item AS item ON item.id = stock_item_id WHERE tracking = 'SHELF'",
        ),
      ],
    ),
    equal(
      'A weighed item has the whole units that its shelves weigh together',
      [
        'Σ on hand',
        await stock.amounts(`SELECT id AS name, on_hand AS amount FROM stock_item WHERE ${WEIGHED}`),
      ],
      [
        'Σ weights',
        await stock.amounts(
          `SELECT stock_item_id AS name, floor(sum(weighed_units) + min(noise_units(grams_per_unit))) AS amount
           FROM shelf JOIN stock_item AS item ON item.id = stock_item_id
           WHERE tracking = 'SHELF' AND shelf.removed_at IS NULL GROUP BY 1`,
        ),
      ],
    ),
    equal(
      'A scale says what the last reading of its last boot said',
      [
        'Σ scales in thousandths',
        await stock.amounts(
          `SELECT id AS name, round(weighed_units * 1000) AS amount FROM shelf
           WHERE last_reading_at > now() - ${RETENTION}`,
        ),
      ],
      [
        'Σ last readings in thousandths',
        await stock.amounts(
          `SELECT DISTINCT ON (shelf.id) shelf.id AS name,
             round(greatest(0, grams - tare_grams) / grams_per_unit * 1000) AS amount
           FROM shelf JOIN shelf_boot AS boot ON boot.shelf_id = shelf.id JOIN reading ON reading.boot = boot.number
           WHERE last_reading_at > now() - ${RETENTION}
           ORDER BY shelf.id, reading.boot DESC, reading.seq DESC`,
        ),
      ],
    ),
  );
  const promised = await stock.amounts(
    `SELECT stock_item.id AS name, quantity AS amount FROM reservation_with_archive
     JOIN stock_item ON stock_item.id = stock_item_id WHERE state IN ('RESERVED', 'CONSUMED') AND ${LIMITED}`,
  );
  // What was made again and then taken back with its step is used all the same.
  const remadeInVain = await stock.amounts(
    `SELECT stock_item.id AS name, -delta AS amount FROM stock_movement_with_archive
     JOIN stock_item ON stock_item.id = stock_item_id WHERE kind = 'REMAKE' AND figure = 'ON_HAND' AND ${LIMITED}
     UNION ALL
     SELECT stock_item.id, -remade FROM reservation_with_archive JOIN stock_item ON stock_item.id = stock_item_id
     WHERE state IN ('RESERVED', 'CONSUMED') AND ${LIMITED}`,
  );
  const ledger = (condition: string, sign: '' | '-') =>
    stock.amounts(
      `SELECT stock_item.id AS name, ${sign}delta AS amount FROM stock_movement_with_archive
       JOIN stock_item ON stock_item.id = stock_item_id WHERE ${condition} AND ${LIMITED}`,
    );
  return [
    ...equations,
    equal(
      'Limited items sold are what the ledger promised and consumed',
      ['Σ reservations, made again in vain', sumOf(promised, remadeInVain)],
      [
        'Σ ledger',
        sumOf(
          await ledger(`figure = 'RESERVED'`, ''),
          await ledger(`figure = 'ON_HAND' AND kind IN ('CONSUMPTION', 'UNDONE', 'REMAKE')`, '-'),
        ),
      ],
    ),
    atMost(
      'Of a limited item no more is sold than there ever was',
      ['Σ reservations', promised],
      [
        'Σ stock',
        await ledger(
          `figure = 'ON_HAND' AND kind IN ('OPENING', 'DELIVERY', 'COUNT', 'READING', 'WASTE')`,
          '',
        ),
      ],
    ),
  ];
}

function sumOf(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) {
  const sums = new Map(one);
  for (const [name, amount] of other) sums.set(name, (sums.get(name) ?? 0) + amount);
  return sums;
}
