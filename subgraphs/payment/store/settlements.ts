/** Providers' reports of what they pay out: their lines, matched with payments and refunds, and what differs. */
import { createHash } from 'node:crypto';
import type { Scope } from '../../../platform/identity/identity.js';
import { firstIdAt, isId, newId } from '../../../platform/ids.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { readIdPage } from '../../../platform/kit/id-page.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import { entriesOf } from '../domain/ledger.js';
import type { MatchedLine, SettledSubject, SettlementOutcome } from '../domain/match-settlement.js';
import type { ProviderName } from '../domain/methods.js';
import type { SettlementLine } from '../domain/settlement-file.js';
import type { Transaction, WithOwnPool, WithPool, WithPrisma } from './database.js';

export interface Settlement {
  readonly id: string;
  readonly provider: ProviderName;
  readonly importedAt: Date;
  /** About payments and refunds. */
  readonly lines: number;
  /** Of them, those that an earlier file had. */
  readonly known: number;
  readonly matched: number;
  /** Of the lines that are new. */
  readonly gross: number;
  readonly fees: number;
}

export async function findSettlement({ prisma }: WithPrisma, id: string): Promise<Settlement | null> {
  const row = await prisma.settlement.findUnique({ where: { id } });
  return row && settlementOf(row);
}

/** What was imported, newest first. @param provider null for all. */
export async function findSettlementPage(
  { prisma }: WithPrisma,
  provider: ProviderName | null,
  page: Page,
): Promise<CountedConnection<Settlement>> {
  const isWanted = provider === null ? {} : { provider };
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.settlement.findMany({ where: { AND: [isWanted, where] }, orderBy, take });
  return connectionOf(
    page,
    rows.map(settlementOf),
    ({ id }) => id,
    () => prisma.settlement.count({ where: isWanted }),
  );
}

/** Locks a provider's imports until the transaction ends. @returns what the same file has led to. */
export async function lockImports(
  tx: Transaction,
  provider: ProviderName,
  contentHash: string,
): Promise<Settlement | null> {
  await tx.$queryRawUnsafe(
    `SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext($1))) AS locked`,
    `settlement ${provider}`,
  );
  const row = await tx.settlement.findUnique({ where: { provider_contentHash: { provider, contentHash } } });
  return row && settlementOf(row);
}

/** The captured payments and the refunds given that lines may be about, archived ones, too. */
export async function findSubjects(
  { pool }: WithOwnPool,
  provider: ProviderName,
  lines: readonly SettlementLine[],
): Promise<SettledSubject[]> {
  const names = lines.flatMap(({ reference, transactionId }) => [reference, transactionId]).filter(Boolean);
  const ids = names.filter(isId);
  const { rows: named } = await pool.query<{ id: string }>(
    `SELECT payment_id AS id FROM provider_transaction WHERE provider = $1 AND transaction_id = ANY ($2)
     UNION SELECT payment_id FROM refunds_by_id($3)`,
    [provider, [...names, ...names.map((name) => `ewc_${name}`)], ids],
  );
  const paymentIds = [...new Set([...ids, ...named.map(({ id }) => id)])].sort();
  if (paymentIds.length === 0) return [];
  const { rows } = await pool.query<Omit<SettledSubject, 'names'> & { names: (string | null)[] }>(
    `WITH taken AS MATERIALIZED (
       SELECT id, transaction_id, outlet_id, franchise_id, method, amount FROM payment_with_archive
       WHERE id = ANY ($2::uuid[]) AND id BETWEEN $3::uuid AND $4::uuid AND provider = $1 AND paid_at IS NOT NULL
     )
     SELECT 'PAYMENT' AS subject, id, id AS "paymentId", outlet_id AS "outletId", franchise_id AS "franchiseId", method,
            amount::float8 AS amount, ARRAY[id::text, transaction_id] AS names
     FROM taken
     UNION ALL
     SELECT 'REFUND', refund.id, taken.id, taken.outlet_id, taken.franchise_id, taken.method, refund.amount::float8,
            ARRAY[refund.id::text, refund.transaction_id, taken.id::text, taken.transaction_id]
     FROM refund_with_archive AS refund JOIN taken ON taken.id = refund.payment_id
     WHERE refund.payment_id = ANY ($2::uuid[]) AND refund.payment_id BETWEEN $3::uuid AND $4::uuid AND refund.status = 'SUCCEEDED'
     ORDER BY id`,
    [provider, paymentIds, paymentIds[0], paymentIds.at(-1)],
  );
  return rows.map((row) => ({ ...row, names: row.names.filter((name) => name !== null) }));
}

/** The ids among these that a line was matched with before. */
export async function findSettled(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT subject_id AS id FROM settlement_line
     WHERE subject_id = ANY ($1::uuid[]) AND outcome IN ('MATCHED', 'AMOUNT_DIFFERS')`,
    ids,
  );
  return new Set(rows.map(({ id }) => id));
}

export interface IdentifiedLine {
  readonly line: SettlementLine;
  /** The same for the same line of another file; equal lines of one file differ. */
  readonly fingerprint: string;
}

export function identified(lines: readonly SettlementLine[]): IdentifiedLine[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const { subject, reference, transactionId, amount, fee } = line;
    const text = JSON.stringify([subject, reference, transactionId, amount, fee]);
    const occurrence = (seen.get(text) ?? 0) + 1;
    seen.set(text, occurrence);
    return { line, fingerprint: hashOf(`${text} ${occurrence}`) };
  });
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export async function findKnownFingerprints(
  tx: Transaction,
  provider: ProviderName,
  fingerprints: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRawUnsafe<{ fingerprint: string }[]>(
    'SELECT fingerprint FROM settlement_line WHERE provider = $1::"PaymentProvider" AND fingerprint = ANY ($2::text[])',
    provider,
    fingerprints,
  );
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

export interface NewSettlement {
  readonly id: string;
  readonly provider: ProviderName;
  readonly contentHash: string;
  readonly importedBy: string;
  readonly lines: number;
  /** Those that are new. */
  readonly matched: readonly (MatchedLine & { readonly fingerprint: string })[];
}

/** Writes a file's new lines, and books the fees of those that are matched: four statements, however many lines. */
export async function insertSettlement(
  tx: Transaction,
  { id, provider, contentHash, importedBy, lines, matched }: NewSettlement,
): Promise<Settlement> {
  const agreeing = matched.filter(({ outcome }) => outcome === 'MATCHED');
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const row = await tx.settlement.create({
    data: {
      ...{ id, provider, contentHash, importedBy, lines },
      known: lines - matched.length,
      matched: agreeing.length,
      gross: BigInt(sum(matched.map(({ line }) => (line.subject === 'REFUND' ? -line.amount : line.amount)))),
      fees: BigInt(sum(agreeing.map(({ line }) => line.fee))),
    },
  });
  const rows = matched.map((one) => ({ id: newId(), ...one }));
  await tx.$executeRawUnsafe(
    `INSERT INTO settlement_line (id, settlement_id, line, provider, fingerprint, subject, subject_id, payment_id, outlet_id, franchise_id,
       reference, transaction_id, amount, expected, fee, outcome)
     SELECT id, $2::uuid, line, $3::"PaymentProvider", fingerprint, subject::"SettlementSubject", "subjectId", "paymentId", "outletId",
       "franchiseId", reference, "transactionId", amount, expected, fee, outcome::"SettlementOutcome"
     FROM jsonb_to_recordset($1::jsonb) AS written (id uuid, line int, fingerprint text, subject text, "subjectId" uuid, "paymentId" uuid,
       "outletId" uuid, "franchiseId" uuid, reference text, "transactionId" text, amount bigint, expected bigint, fee bigint, outcome text)`,
    JSON.stringify(
      rows.map(({ id: lineId, line, of, outcome, fingerprint }) => ({
        ...{ ...line, id: lineId, fingerprint, outcome },
        ...{ subjectId: of?.id ?? null, paymentId: of?.paymentId ?? null, expected: of?.amount ?? null },
        ...{ outletId: of?.outletId ?? null, franchiseId: of?.franchiseId ?? null },
      })),
    ),
    id,
    provider,
  );
  const bookings = rows.flatMap(({ id: lineId, line: { fee }, of, outcome }) =>
    outcome === 'MATCHED' && of !== null && fee !== 0 ? [{ id: newId(), lineId, fee, of }] : [],
  );
  await tx.$executeRawUnsafe(
    `INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
     SELECT id, 'PROVIDER_FEE', "subjectId", "paymentId", $2::"PaymentProvider", method::"PaymentMethod", "outletId", "franchiseId"
     FROM jsonb_to_recordset($1::jsonb) AS booked
       (id uuid, "subjectId" uuid, "paymentId" uuid, method text, "outletId" uuid, "franchiseId" uuid)`,
    JSON.stringify(
      bookings.map(({ id: bookingId, lineId, of: { paymentId, outletId, franchiseId, method } }) => ({
        ...{ id: bookingId, subjectId: lineId, paymentId, method, outletId, franchiseId },
      })),
    ),
    provider,
  );
  await tx.$executeRawUnsafe(
    `INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
     SELECT "transactionId", account::"LedgerAccount", amount, "outletId", "franchiseId"
     FROM jsonb_to_recordset($1::jsonb) AS entered
       ("transactionId" uuid, account text, amount bigint, "outletId" uuid, "franchiseId" uuid)`,
    JSON.stringify(
      bookings.flatMap(({ id: transactionId, fee, of: { outletId, franchiseId } }) =>
        entriesOf('PROVIDER_FEE', {
          ...{ provider, isDeposit: false },
          shares: { sale: fee, tip: 0, surplus: 0 },
        }).map(({ account, amount }) => ({ transactionId, account, amount, outletId, franchiseId })),
      ),
    ),
  );
  return settlementOf(row);
}

export interface SettlementDifference {
  readonly id: string;
  readonly kind: Exclude<SettlementOutcome, 'MATCHED'> | 'MISSING_AT_PROVIDER';
  readonly subject: SettlementLine['subject'];
  readonly paymentId: string | null;
  readonly reference: string;
  readonly line: number | null;
  readonly expected: number | null;
  readonly reported: number | null;
  readonly at: Date;
}

export interface DifferenceFilter extends RequestedPlace {
  readonly provider: ProviderName;
  /** Both included. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

const DAY_MILLISECONDS = 86_400_000;
/** Longer than a payment waits for its guest. */
const LONGEST_PENDING_MILLISECONDS = 3 * DAY_MILLISECONDS;

/** Newest first. Days are those of the outlet's time zone, and of UTC for lines about nothing that is known. */
export function findDifferencePage(
  database: WithPool,
  scope: Scope,
  { provider, from, to, outletId, franchiseId }: DifferenceFilter,
  page: Page,
): Promise<CountedConnection<SettlementDifference>> {
  const bounds = [
    firstIdAt(Date.parse(from) - DAY_MILLISECONDS - LONGEST_PENDING_MILLISECONDS),
    firstIdAt(Date.parse(to) + 3 * DAY_MILLISECONDS),
  ];
  const within = (moment: string) => `
    ${moment} >= $2::date::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')
    AND ${moment} < ($3::date + 1)::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')`;
  const unsettled = (id: string) =>
    `NOT EXISTS (SELECT FROM settlement_line AS settling WHERE settling.subject_id = ${id} AND settling.outcome IN ('MATCHED', 'AMOUNT_DIFFERS'))`;
  const covered = coveredSql(scope, { after: 7, table: 'differing' });
  const found = `
    (SELECT line.id, line.outcome::text AS kind, line.subject::text AS subject, line.payment_id, line.reference, line.line, line.expected,
            line.amount AS reported, line.imported_at AS at, line.outlet_id, line.franchise_id
     FROM settlement_line AS line LEFT JOIN outlet_copy AS outlet ON outlet.id = line.outlet_id
     WHERE line.provider = $1 AND line.outcome <> 'MATCHED' AND ${within('line.imported_at')}
     UNION ALL
     SELECT payment.id, 'MISSING_AT_PROVIDER', 'PAYMENT', payment.id, payment.id::text, NULL, payment.amount, NULL, payment.paid_at,
            payment.outlet_id, payment.franchise_id
     FROM payment_with_archive AS payment LEFT JOIN outlet_copy AS outlet ON outlet.id = payment.outlet_id
     WHERE payment.provider = $1 AND payment.id >= $6 AND payment.id < $7 AND ${within('payment.paid_at')} AND ${unsettled('payment.id')}
     UNION ALL
     SELECT refund.id, 'MISSING_AT_PROVIDER', 'REFUND', payment.id, refund.id::text, NULL, refund.amount, NULL, refund.settled_at,
            refund.outlet_id, refund.franchise_id
     FROM refund_with_archive AS refund JOIN payment_with_archive AS payment ON payment.id = refund.payment_id
     LEFT JOIN outlet_copy AS outlet ON outlet.id = refund.outlet_id
     WHERE payment.provider = $1 AND refund.status = 'SUCCEEDED' AND ${within('refund.settled_at')} AND ${unsettled('refund.id')}
    ) AS differing
    WHERE ($4::uuid IS NULL OR differing.outlet_id = $4::uuid) AND ($5::uuid IS NULL OR differing.franchise_id = $5::uuid)
      AND ${covered.condition}`;
  const values = [provider, from, to, outletId, franchiseId, ...bounds, ...covered.values];
  const columns = `id, kind, subject, payment_id AS "paymentId", reference, line, expected::float8 AS expected,
    reported::float8 AS reported, at`;
  return readIdPage<SettlementDifference>(database, { columns, from: found, values }, page);
}

interface SettlementRow extends Omit<Settlement, 'provider' | 'gross' | 'fees'> {
  readonly provider: string;
  readonly gross: bigint;
  readonly fees: bigint;
}

function settlementOf({
  id,
  provider,
  importedAt,
  lines,
  known,
  matched,
  gross,
  fees,
}: SettlementRow): Settlement {
  return {
    ...{ id, importedAt, lines, known, matched },
    provider: provider === 'XENDIT' ? 'XENDIT' : 'MIDTRANS',
    gross: Number(gross),
    fees: Number(fees),
  };
}
