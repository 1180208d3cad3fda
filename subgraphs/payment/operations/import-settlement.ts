/**
 * `importSettlement`: a provider's report of what it has paid out, matched line by line with payments and refunds. The same file again is
 * the same import, and a line that an earlier file had is not counted again. Fees are booked for lines that are matched.
 */
import { z } from 'zod';
import { ErrorCode, notFound, requestError, UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { reportPeriod } from '../../../platform/kit/calendar.js';
import { isStorable, parseInput } from '../../../platform/kit/input.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { matchSettlement } from '../domain/match-settlement.js';
import type { ProviderName } from '../domain/methods.js';
import { readSettlement, type SettlementLine, UnreadableSettlement } from '../domain/settlement-file.js';
import { knownPlaces } from '../store/outlets.js';
import {
  findDifferencePage,
  findKnownFingerprints,
  findSettled,
  findSettlementPage,
  findSubjects,
  hashOf,
  identified,
  insertSettlement,
  lockImports,
  type Settlement,
  type SettlementDifference,
} from '../store/settlements.js';

/** Within what the gateway takes of head office (`LIMIT_LARGE_BODY_BYTES`). */
const MAXIMUM_CHARACTERS = 8_000_000;

const CASH_IS_NOT_SETTLED = 'Cash is not settled by a provider';

const schema = z.object({
  provider: z.enum(['MIDTRANS', 'XENDIT'], CASH_IS_NOT_SETTLED),
  csv: z
    .string()
    .max(MAXIMUM_CHARACTERS, `A file has at most ${MAXIMUM_CHARACTERS} characters: split it`)
    .refine(isStorable, 'must be text'),
});

export type ImportSettlementInput = { readonly provider: string; readonly csv: string };

/** @throws UserFault INVALID_INPUT for a file that cannot be read, naming the line. */
export async function importSettlement(context: Context, given: ImportSettlementInput): Promise<Settlement> {
  const { database, ownDatabase, identity, cause } = context;
  if (!scopeFor(identity, 'settlements:import').everywhere) throw notFound('Settlement');
  const { provider, csv } = parseInput(schema, given);
  const lines = readLines(provider, csv);
  const subjects = await findSubjects(ownDatabase, provider, lines);
  const contentHash = hashOf(csv);
  return database.work(cause, async (work) => {
    const { tx } = work;
    const earlier = await lockImports(tx, provider, contentHash);
    if (earlier !== null) return earlier;
    const all = identified(lines);
    const known = await findKnownFingerprints(
      tx,
      provider,
      all.map(({ fingerprint }) => fingerprint),
    );
    const fresh = all.filter(({ fingerprint }) => !known.has(fingerprint));
    const settled = await findSettled(
      tx,
      subjects.map(({ id }) => id),
    );
    const matched = matchSettlement(
      fresh.map(({ line }) => line),
      subjects,
      settled,
    ).map((one, index) => ({ ...one, fingerprint: fresh[index]?.fingerprint ?? '' }));
    const id = newId('Settlement');
    const importedBy = callerOf(identity);
    const settlement = await insertSettlement(tx, {
      ...{ id, provider, contentHash, importedBy, lines: lines.length, matched },
    });
    recordChange(work, context, {
      ...{ action: 'importSettlement', entity: { type: 'Settlement', id }, tenant: CHAIN, before: null },
      after: { provider, lines: settlement.lines, matched: settlement.matched, fees: settlement.fees },
    });
    return settlement;
  });
}

function readLines(provider: ProviderName, csv: string): SettlementLine[] {
  try {
    return readSettlement(provider, csv);
  } catch (error) {
    if (error instanceof UnreadableSettlement) throw UserFault.of('INVALID_INPUT', error.message, ['csv']);
    throw error;
  }
}

/** @throws BAD_USER_INPUT for CASH. */
export async function listSettlements(
  { database, identity }: Context,
  provider: ProviderName | 'CASH' | null,
  page: Page,
): Promise<CountedConnection<Settlement>> {
  if (!scopeFor(identity, 'settlements:import').everywhere) throw notFound('Settlement');
  if (provider === 'CASH') throw requestError(ErrorCode.BAD_USER_INPUT, CASH_IS_NOT_SETTLED);
  return findSettlementPage(database, provider, page);
}

export interface DifferenceArguments extends RequestedPlace {
  readonly provider: ProviderName | 'CASH';
  readonly from: string;
  readonly to: string;
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope, BAD_USER_INPUT for a period that is none. */
export async function listSettlementDifferences(
  { database, identity }: Context,
  { provider, from, to, ...place }: DifferenceArguments,
  page: Page,
): Promise<CountedConnection<SettlementDifference>> {
  const scope = scopeFor(identity, 'finance:read');
  await requirePlace(scope, place, knownPlaces(database));
  if (provider === 'CASH') throw requestError(ErrorCode.BAD_USER_INPUT, CASH_IS_NOT_SETTLED);
  return findDifferencePage(database, scope, { provider, ...place, ...reportPeriod({ from, to }) }, page);
}
