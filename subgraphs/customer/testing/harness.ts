/** The customer subgraph under test with the demo people in it, and their identities as the gateway sends them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventData, MailKind } from '../../../platform/events/event-types.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { generateKeyFiles } from '../../../platform/identity/keys.js';
import { linkTokens } from '../../../platform/identity/link-token.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { seedCustomer } from '../../../prisma/seed/customer.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startCustomer } from '../index.js';

/** Makes the tokens of one-time links. */
export const TEST_SECRET = 'the secret of the units under test';

export async function startTestCustomer(settings: NodeJS.ProcessEnv = {}): Promise<TestSubgraph> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-keys-'));
  const { privateKeyFile } = await generateKeyFiles(folder);
  const subgraph = await startTestSubgraph('customer', startCustomer, {
    seed: seedCustomer,
    settings: { JWT_PRIVATE_KEY_FILE: privateKeyFile, SUBGRAPH_SECRET: TEST_SECRET, ...settings },
  });
  return {
    ...subgraph,
    async stop() {
      await subgraph.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What was to be said to an address by e-mail, oldest first; with the token of its link where it has one. */
export async function mailsTo({ pool }: Pick<TestSubgraph, 'pool'>, to: string): Promise<Mail[]> {
  const { rows } = await pool.query<{ data: EventData['mail.requested'] }>(
    "SELECT data FROM outbox WHERE type = 'mail.requested' AND data->>'to' = $1 ORDER BY id",
    [to],
  );
  const { token } = linkTokens(TEST_SECRET);
  return rows.map(({ data: { kind, language, facts, link } }) => ({
    ...{ kind, language, facts },
    token: link === null ? null : token(link.purpose, link.linkId),
  }));
}

export interface Mail extends Pick<EventData['mail.requested'], 'kind' | 'language' | 'facts'> {
  readonly token: string | null;
}

/** The token of the latest link of a kind of mail that an address was sent. */
export async function tokenFor(
  customer: Pick<TestSubgraph, 'pool'>,
  to: string,
  kind: MailKind,
): Promise<string> {
  const mail = (await mailsTo(customer, to)).findLast((one) => one.kind === kind);
  if (mail?.token == null) throw new Error(`${to} was sent no link by ${kind}`);
  return mail.token;
}

export const RINA = identityOf('rina');
export const SARI = identityOf('sari');
export const BUDI = identityOf('budi');
export const DEWI = identityOf('dewi');
export const HQ = identityOf('hq');

/** An outlet of another franchise than that of Sari, Budi and Dewi, and a barista there. */
export const OTHER_OUTLET = otherOutlet();
export const OTHER_BARISTA: Person = {
  customerId: newId(),
  roles: [{ role: 'BARISTA', outletId: OTHER_OUTLET.id, franchiseId: null }],
};

/** As an order there does. */
export async function makeGuest(
  { pool }: Pick<TestSubgraph, 'pool'>,
  { customerId }: { readonly customerId: string },
  outletId: string = STAFFED_OUTLET_ID,
): Promise<void> {
  await pool.query(
    `INSERT INTO outlet_guest (customer_id, outlet_id, franchise_id) SELECT $1, id, franchise_id FROM outlet WHERE id = $2`,
    [customerId, outletId],
  );
}

type Person = Identity & { readonly customerId: string };

function identityOf(account: string): Person {
  const person = CATALOGUE.people.find(({ email }) => email === `${account}@kedai.test`);
  if (person === undefined) throw new Error(`No ${account} in the catalogue`);
  return {
    customerId: person.id,
    roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...person.roles],
  };
}

function otherOutlet() {
  const franchiseId = DEWI.roles.find(({ role }) => role === 'OWNER')?.franchiseId;
  const outlet = CATALOGUE.outlets.find((one) => one.franchiseId !== franchiseId);
  if (outlet === undefined) throw new Error('No other franchise in the catalogue');
  return outlet;
}
