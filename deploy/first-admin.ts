/** Makes head office from the server, for `npm run admin` and at a start with `KEDAI_ADMIN_EMAIL`; and lets in a person who has lost the second factor. */
import type { Config } from '../platform/config.js';
import { UserFault } from '../platform/errors.js';
import { newCause } from '../platform/events/envelope.js';
import { linkTokens } from '../platform/identity/link-token.js';
import {
  type AdminRequest,
  type CreatedAdmin,
  createAdmin,
} from '../subgraphs/customer/operations/create-admin.js';
import { isHeadOfficeMissing } from '../subgraphs/customer/operations/demo-accounts.js';
import { resetSecondFactorOf } from '../subgraphs/customer/operations/reset-second-factor.js';
import { customerSettings } from '../subgraphs/customer/settings.js';
import { openCustomerDatabase } from '../subgraphs/customer/store/database.js';

/** Nothing that is published live concerns head office: the outbox carries the events. */
const NO_BUS = { publish: () => undefined };

/**
 * What an operator reads: what was done and, where there is one, the link that sets the password.
 * @throws UserFault
 */
export async function makeAdmin(config: Config, request: Omit<AdminRequest, 'hasDemo'>): Promise<string> {
  const { hasDemo } = config;
  const database = openCustomerDatabase(config.databaseUrl('customer'), NO_BUS);
  try {
    return wordsOf(config, await createAdmin(database, newCause(), { ...request, hasDemo }));
  } finally {
    await database.close();
  }
}

/**
 * At a start, as long as nobody can sign in as head office: the same for `KEDAI_ADMIN_EMAIL`, or where that is not set, what can be
 * done; null otherwise.
 */
export async function makeFirstAdmin(config: Config): Promise<string | null> {
  const { KEDAI_ADMIN_EMAIL: email } = config.settings(customerSettings);
  const database = openCustomerDatabase(config.databaseUrl('customer'), NO_BUS);
  try {
    if (!(await isHeadOfficeMissing(database, config.hasDemo))) return null;
  } finally {
    await database.close();
  }
  if (email === undefined) {
    return 'This chain has no head office yet. In another terminal, with the same settings: npm run admin -- create --email you@example.com';
  }
  try {
    return await makeAdmin(config, { email });
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    return `KEDAI_ADMIN_EMAIL makes no head office: ${error.message}. \`npm run admin\` says what can be done.`;
  }
}

/** For a person who has lost the second factor, where nobody of head office can reset it. @returns what was done. @throws UserFault */
export async function removeSecondFactor(config: Config, email: string): Promise<string> {
  const database = openCustomerDatabase(config.databaseUrl('customer'), NO_BUS);
  try {
    await resetSecondFactorOf(database, newCause(), email);
    return `${email} signs in with the password alone now. Their sessions have ended.`;
  } finally {
    await database.close();
  }
}

function wordsOf(config: Config, { email, done, link }: CreatedAdmin): string {
  const what = {
    CREATED: `${email} is head office now.`,
    GRANTED: `${email} is head office from its next sign-in on.`,
    RENEWED: `${email} is head office already.`,
  }[done];
  if (link === null) return `${what} It keeps its password.`;
  return `${what} This link sets its password, once, until ${link.expiresAt.toISOString()}:\n  ${linkUrl(config, link.id)}`;
}

function linkUrl(config: Config, linkId: string): string {
  const secret = config.required('SUBGRAPH_SECRET', 'one-time links are derived from it');
  return `${config.publicUrl}/reset?token=${linkTokens(secret).token('reset', linkId)}`;
}
