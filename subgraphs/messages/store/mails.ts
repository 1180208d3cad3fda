/** Mails that were asked for: the queue of those that are to be sent, and what became of the others. */
import { z } from 'zod';
import type { EventData } from '../../../platform/events/event-types.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { Prisma } from '../../../prisma/messages/client/client.js';
import {
  type ClaimedMail,
  LANGUAGES,
  type MailFilter,
  type MailReport,
  type NewMail,
  type RequestedMail,
  type SentMail,
} from '../domain/mail.js';
import type { MessagesDatabase, OwnMessagesDatabase, Transaction } from './database.js';

type Own = Pick<OwnMessagesDatabase, 'pool'>;

const PRUNED_AT_ONCE = 1_000;
/** Events are delivered again for three days, and those of a consumer that was away for 30. */
const ERASURE_DAYS = 60;
const LONGEST_FAILURE = 500;

/** Each mail once, however often it is asked for, of each step of an order one, and none of whose account is deleted. */
export async function insertMails(tx: Transaction, mails: readonly NewMail[]): Promise<void> {
  if (mails.length === 0) return;
  const rows = mails.map(({ link, ...mail }) => ({
    ...mail,
    linkPurpose: link?.purpose ?? null,
    linkId: link?.linkId ?? null,
    linkExpiresAt: link?.expiresAt ?? null,
  }));
  await tx.$executeRawUnsafe(
    `INSERT INTO mail (id, customer_id, recipient, kind, language, facts, link_purpose, link_id, link_expires_at, next_attempt_at,
                       requested_at, expires_at, order_id)
     SELECT id, "customerId", "to", kind, language, facts, "linkPurpose", "linkId", "linkExpiresAt", GREATEST("notBefore", now()),
       "requestedAt", "expiresAt", "orderId"
     FROM jsonb_to_recordset($1::jsonb) AS mail
       (id uuid, "customerId" uuid, "to" text, kind text, language text, facts jsonb, "linkPurpose" text, "linkId" uuid,
        "linkExpiresAt" timestamptz, "notBefore" timestamptz, "requestedAt" timestamptz, "expiresAt" timestamptz, "orderId" uuid)
     WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = "customerId")
     ON CONFLICT DO NOTHING`,
    JSON.stringify(rows),
  );
}

const mailColumns = z.object({
  id: z.string(),
  customerId: z.string().nullable(),
  to: z.string(),
  kind: z.string(),
  language: z.enum(LANGUAGES),
  facts: z.record(z.string(), z.string()),
  purpose: z.string().nullable(),
  linkId: z.string().nullable(),
  linkExpiresAt: z.date().nullable(),
  requestedAt: z.date(),
});

const COLUMNS = `id, customer_id AS "customerId", recipient AS "to", kind, language, facts, link_purpose AS purpose, link_id AS "linkId",
  link_expires_at AS "linkExpiresAt", requested_at AS "requestedAt"`;

function mailOf({ purpose, linkId, linkExpiresAt, ...mail }: z.output<typeof mailColumns>): RequestedMail {
  const link =
    purpose === null || linkId === null || linkExpiresAt === null
      ? null
      : { purpose, linkId, expiresAt: linkExpiresAt };
  return { ...mail, link };
}

/**
 * Claims mails that are due, each for one process. The next attempt of a claimed mail is due when the claim lapses, so a process that
 * dies leaves it to another.
 */
export async function claimDueMails(
  { pool }: Own,
  limit: number,
  claimSeconds: number,
): Promise<ClaimedMail[]> {
  const { rows } = await pool.query(
    `UPDATE mail SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
     WHERE id IN (SELECT id FROM mail WHERE state = 'WAITING' AND next_attempt_at <= now() AND expires_at > now()
                  ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}, attempts`,
    [limit, claimSeconds],
  );
  return rows.map((row) => {
    const { attempts, ...mail } = mailColumns.extend({ attempts: z.number() }).parse(row);
    return { ...mailOf(mail), attempts };
  });
}

export async function markSent({ pool }: Own, ids: readonly string[]): Promise<void> {
  await pool.query({
    name: 'mails-sent',
    text: `UPDATE mail SET state = 'SENT', sent_at = now(), failure = NULL WHERE id = ANY ($1::uuid[]) AND state <> 'SENT'`,
    values: [ids],
  });
}

/** Of a claimed mail, unless another process has claimed it since. */
export async function markForRetry(
  { pool }: Own,
  { id, attempts }: Pick<ClaimedMail, 'id' | 'attempts'>,
  failure: string,
  pauseSeconds: number,
): Promise<void> {
  await pool.query(
    `UPDATE mail SET failure = $3, next_attempt_at = now() + make_interval(secs => $4)
     WHERE id = $1 AND attempts = $2 AND state = 'WAITING'`,
    [id, attempts, shortened(failure), pauseSeconds],
  );
}

export async function markFailed({ pool }: Own, id: string, failure: string): Promise<void> {
  await pool.query(`UPDATE mail SET state = 'FAILED', failure = $2 WHERE id = $1 AND state = 'WAITING'`, [
    id,
    shortened(failure),
  ]);
}

/** @returns how many have expired now. */
export async function expireMails({ pool }: Own): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE mail SET state = 'EXPIRED', failure = COALESCE(failure, 'It could not be sent in time')
     WHERE state = 'WAITING' AND expires_at <= now()`,
  );
  return rowCount ?? 0;
}

/** @param failure why they wait: that no mail server is configured. @returns how many wait. */
export async function markWaiting({ pool }: Own, failure: string): Promise<number> {
  await pool.query(`UPDATE mail SET failure = $1 WHERE state = 'WAITING' AND failure IS DISTINCT FROM $1`, [
    failure,
  ]);
  return countWaiting({ pool });
}

export async function countWaiting({ pool }: Own): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM mail WHERE state = 'WAITING'`,
  );
  return rows[0]?.waiting ?? 0;
}

/** What was sent last, newest first. */
export async function findSentMails({ pool }: Own, limit: number): Promise<SentMail[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS}, sent_at AS "sentAt" FROM mail WHERE state = 'SENT' ORDER BY sent_at DESC, id DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => {
    const { sentAt, ...mail } = mailColumns.extend({ sentAt: z.date() }).parse(row);
    return { ...mailOf(mail), sentAt };
  });
}

/** Newest first. */
export async function findMailPage(
  { prisma }: MessagesDatabase,
  { state, to }: MailFilter,
  page: Page,
): Promise<CountedConnection<MailReport>> {
  const found: Prisma.MailWhereInput = {
    ...(state !== null && { state }),
    // Prisma compares by ILIKE.
    ...(to !== null && { recipient: { equals: to.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } }),
  };
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.mail.findMany({
    select: REPORTED,
    where: { AND: [found, where] },
    orderBy,
    take,
  });
  return connectionOf(
    page,
    rows.map(({ recipient, ...row }) => ({ ...row, to: recipient })),
    ({ id }) => id,
    () => prisma.mail.count({ where: found }),
  );
}

/** The columns that head office is granted. */
const REPORTED = {
  ...{ id: true, customerId: true, recipient: true, kind: true, state: true, failure: true, attempts: true },
  ...{ requestedAt: true, nextAttemptAt: true, expiresAt: true, sentAt: true },
} as const satisfies Prisma.MailSelect;

/**
 * Deletes what went to these people, where they were reached, what they wanted and what was done for them by schedules, and remembers them: events
 * arrive in any order.
 */
export async function eraseMailsOf(
  tx: Transaction,
  erased: readonly EventData['customer.erased'][],
): Promise<void> {
  const customerIds = erased.map(({ customerId }) => customerId);
  const linkIds = erased.flatMap((one) => one.linkIds ?? []);
  await tx.$executeRawUnsafe(
    `INSERT INTO erased_customer (customer_id, erased_at) SELECT unnest($1::uuid[]), now() ON CONFLICT DO NOTHING`,
    customerIds,
  );
  // First: who writes mails by it holds it locked until they are there.
  const where = { customerId: { in: customerIds } };
  await tx.contact.deleteMany({ where });
  await tx.notificationPreference.deleteMany({ where });
  await tx.quietHours.deleteMany({ where });
  await tx.pushSubscription.deleteMany({ where });
  await tx.schedule.deleteMany({ where });
  await tx.accountRoles.deleteMany({ where });
  await tx.$executeRawUnsafe(
    'DELETE FROM mail WHERE customer_id = ANY ($1::uuid[]) OR link_id = ANY ($2::uuid[])',
    customerIds,
    linkIds,
  );
}

/** Deletes mails past their retention, a limited number at a time. @returns whether there may be more of them. */
export async function pruneMails({ pool }: Own, retentionDays: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM mail WHERE id IN
       (SELECT id FROM mail WHERE state <> 'WAITING' AND requested_at < now() - make_interval(days => $1)
        ORDER BY requested_at LIMIT ${PRUNED_AT_ONCE})`,
    [retentionDays],
  );
  return rowCount === PRUNED_AT_ONCE;
}

export async function pruneErasedCustomers({ pool }: Own): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM erased_customer WHERE customer_id IN
       (SELECT customer_id FROM erased_customer WHERE erased_at < now() - interval '${ERASURE_DAYS} days'
        LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}

/** What a mail server says, in one line. */
function shortened(failure: string): string {
  return failure.replace(/\s+/g, ' ').trim().slice(0, LONGEST_FAILURE);
}
