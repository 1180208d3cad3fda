/**
 * Sessions and their refresh tokens. A token is good for one exchange; one that comes a second time was stolen or the
 * thief's successor was, so the whole session ends. Only hashes are stored.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Cause } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import type { CustomerDatabase, Transaction } from './database.js';

const DAY = 24 * 60 * 60 * 1_000;
/** Without a refresh for so long a session is over. */
const IDLE_MILLISECONDS = 30 * DAY;
/** However much it is used. */
const LIFE_MILLISECONDS = 90 * DAY;

export interface OpenedSession {
  readonly sessionId: string;
  readonly customerId: string;
  readonly refreshToken: string;
}

/** What names a session. */
export type SessionName = { readonly sessionId: string } | { readonly refreshToken: string };

/** For who has just shown the password. Forgets the person's sessions that are long over. */
export async function openSession(tx: Transaction, customerId: string): Promise<OpenedSession> {
  const now = Date.now();
  await tx.session.deleteMany({ where: { customerId, expiresAt: { lt: new Date(now) } } });
  const sessionId = newId();
  const expiresAt = new Date(now + LIFE_MILLISECONDS);
  await tx.session.create({ data: { id: sessionId, customerId, expiresAt } });
  return { sessionId, customerId, refreshToken: await issueToken(tx, sessionId, expiresAt) };
}

/** Exchanges a token for its successor; null when it is unknown, spent, or its session is over. */
export async function exchangeRefreshToken(
  database: CustomerDatabase,
  cause: Cause,
  refreshToken: string,
): Promise<OpenedSession | null> {
  const hash = hashOf(refreshToken);
  return database.work(cause, async ({ tx }) => {
    const now = new Date();
    // Of any number that come with the same token at once, one spends it; the others see it spent.
    const { count } = await tx.refreshToken.updateMany({
      where: { hash, usedAt: null },
      data: { usedAt: now },
    });
    const token = await tx.refreshToken.findUnique({ where: { hash }, include: { session: true } });
    if (token === null) return null;
    if (count === 0) {
      await end(tx, token.sessionId, 'TOKEN_REUSED');
      return null;
    }
    const { session } = token;
    if (session.endedAt !== null || session.expiresAt <= now || token.expiresAt <= now) return null;
    return {
      sessionId: session.id,
      customerId: session.customerId,
      refreshToken: await issueToken(tx, session.id, session.expiresAt),
    };
  });
}

/** Ends the caller's own session; false when it is not theirs or is none. */
export async function endSession(
  database: CustomerDatabase,
  cause: Cause,
  { customerId }: Scope,
  name: SessionName,
): Promise<boolean> {
  if (customerId === null || ('sessionId' in name && !isId(name.sessionId))) return false;
  return database.work(cause, async ({ tx }) => {
    const session = await tx.session.findFirst({
      where: {
        customerId,
        ...('sessionId' in name
          ? { id: name.sessionId }
          : { tokens: { some: { hash: hashOf(name.refreshToken) } } }),
      },
    });
    if (session === null) return false;
    await end(tx, session.id, 'SIGNED_OUT');
    return true;
  });
}

async function end(tx: Transaction, sessionId: string, endReason: string): Promise<void> {
  await tx.session.updateMany({
    where: { id: sessionId, endedAt: null },
    data: { endedAt: new Date(), endReason },
  });
}

async function issueToken(tx: Transaction, sessionId: string, sessionExpiresAt: Date): Promise<string> {
  const refreshToken = randomBytes(32).toString('base64url');
  const idleUntil = Date.now() + IDLE_MILLISECONDS;
  await tx.refreshToken.create({
    data: {
      hash: hashOf(refreshToken),
      sessionId,
      expiresAt: new Date(Math.min(idleUntil, sessionExpiresAt.getTime())),
    },
  });
  return refreshToken;
}

/** The token is 256 random bits: a fast hash keeps it as safe as a slow one would. */
function hashOf(refreshToken: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(refreshToken).digest());
}
