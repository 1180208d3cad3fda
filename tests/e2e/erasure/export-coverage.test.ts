/** Every table that says whose a row is stands in the export of an account, or here with the reason why it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import * as customer from '../../../subgraphs/customer/store/exported.js';
import * as messages from '../../../subgraphs/messages/store/exported.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import * as order from '../../../subgraphs/order/store/exported.js';
import * as payment from '../../../subgraphs/payment/store/exported.js';

/** Columns that name a person, by id or as one is reached. */
const PERSONAL =
  /"((customer|actor|person|guest|member|staff)_id|(granted|invited|opened|closed|imported|received|edited|counted|confirmed|issued|made|sent|started|ended)_by|email|recipient|phone)"/;
const PERSONAL_FIELD = /^\s*(email|recipient|phone)\s/m;

const EXPORTED: Readonly<Record<string, readonly string[]>> = {
  customer: customer.EXPORTED.map(({ table }) => table),
  messages: messages.EXPORTED.map(({ table }) => table),
  order: [
    ...order.EXPORTED.map(({ table }) => table),
    ...order.EXPORTED_WITH_ORDERS.map(({ table }) => table),
  ],
  payment: payment.EXPORTED_WITH_ORDERS.map(({ table }) => table),
};

const COPY = 'a copy of what another table has that is exported';
const WORK = 'says who of the staff did it at work: `audit_entry` is exported, and the rest is the outlet’s';

const NOT_EXPORTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  customer: {
    muted_notification: COPY,
    password_reset_request: 'gone within seconds: what becomes of it is a link, which is exported',
    revocation: 'says which sessions and roles have ended, for an hour',
  },
  menu: { outlet: 'the phone is the outlet’s' },
  messages: {
    account_roles: COPY,
    contact: COPY,
    erased_customer: 'exists of deleted accounts alone',
  },
  order: {
    analytics_consent_copy: COPY,
    customer_day: 'sums of `orders`, which is exported',
    erased_customer: 'exists of deleted accounts alone',
    member_code: 'says who shows which digits, for five minutes',
    member_code_failure: WORK,
    member_phone: COPY,
    redemption_copy: COPY,
    sales_change: WORK,
    spent_redemption: COPY,
  },
  payment: {
    order_copy: COPY,
    receipt: COPY,
    receipt_number: COPY,
    standing_payment: COPY,
    daily_close: WORK,
    dispute: WORK,
    settlement: WORK,
    till: WORK,
  },
  stock: {
    delivery: WORK,
    purchase_order: WORK,
    stock_item: WORK,
    stock_movement: WORK,
    supplier: 'addresses of businesses',
    transfer: WORK,
    stock_count: WORK,
    stock_count_line: WORK,
    waste: WORK,
  },
};

function personalTables(subgraph: string): string[] {
  const schema = readFileSync(join(PROJECT_FOLDER, 'prisma', subgraph, 'schema.prisma'), 'utf8');
  return [...schema.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    return PERSONAL.test(body) || PERSONAL_FIELD.test(body) ? [table] : [];
  });
}

it.each(SUBGRAPH_NAMES)('%s exports what is personal', (subgraph) => {
  const [exported, others] = [EXPORTED[subgraph] ?? [], Object.keys(NOT_EXPORTED[subgraph] ?? {})];
  const personal = personalTables(subgraph);
  expect(personal.filter((table) => ![...exported, ...others].includes(table))).toEqual([]);
  expect(others.filter((table) => exported.includes(table) || !personal.includes(table))).toEqual([]);
});
