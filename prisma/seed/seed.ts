/** Fills empty databases with the demo chain, the same every time. Does nothing where it exists. */
import pg from 'pg';
import type { SubgraphName } from '../../subgraphs/names.js';
import { CATALOGUE } from './catalogue.js';

const SEEDED = [
  'customer',
  'menu',
  'order',
  'stock',
  'payment',
  'messages',
] as const satisfies SubgraphName[];
type SeededName = (typeof SEEDED)[number];

/** What seeds a database; loaded where there is something to seed. */
const SEEDS: Readonly<Record<SeededName, (url: string) => Promise<void>>> = {
  customer: async (url) => (await import('./customer.js')).seedCustomer(url),
  menu: async (url) => (await import('./menu.js')).seedMenu(url),
  order: async (url) => (await import('./order.js')).seedOrder(url),
  stock: async (url) => (await import('./stock.js')).seedStock(url),
  payment: async (url) => (await import('./payment.js')).seedPayment(url),
  messages: async (url) => (await import('./messages.js')).seedMessages(url),
};

/** A row of those that a database is seeded with last. */
const SENTINELS: Readonly<Record<SeededName, readonly [condition: string, id: string | undefined]>> = {
  customer: ['customer WHERE id = $1', CATALOGUE.people[0]?.id],
  menu: ['franchise WHERE id = $1', CATALOGUE.franchises[0]?.id],
  order: ['member_phone WHERE customer_id = $1', CATALOGUE.people[0]?.id],
  stock: ['ingredient WHERE $1::text IS NOT NULL', ''],
  payment: ['outlet_copy WHERE id = $1', CATALOGUE.outlets[0]?.id],
  messages: ['outlet WHERE id = $1', CATALOGUE.outlets[0]?.id],
};

/** @param urlOf the URLs of the databases, which have been migrated. */
export async function seedDemo(urlOf: (name: SubgraphName) => string): Promise<void> {
  await Promise.all(
    SEEDED.map(async (name) => {
      if (!(await isSeeded(name, urlOf(name)))) await SEEDS[name](urlOf(name));
    }),
  );
}

async function isSeeded(name: SeededName, url: string): Promise<boolean> {
  const [condition, id] = SENTINELS[name];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return ((await client.query(`SELECT FROM ${condition} LIMIT 1`, [id])).rowCount ?? 0) > 0;
  } finally {
    await client.end();
  }
}
