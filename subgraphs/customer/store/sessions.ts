/** Sessions and their refresh tokens. Only hashes of tokens are stored. */
import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../../../platform/identity/identity.js';
import type { Origin } from '../../../platform/identity/origin.js';
import { isId, newId } from '../../../platform/ids.js';
import { type SessionName, sessionEnd, tokenEnd } from '../domain/session.js';
import type { OwnCustomerDatabase, Transaction } from './database.js';

export interface SessionRecord {
  readonly id: string;
  readonly customerId: string;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** A session that is not over, as its owner sees it. */
export interface OpenSession extends Omit<SessionRecord, 'endedAt'> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

const MAXIMUM_LISTED = 100;

export interface RefreshTokenRecord {
  /** When it was first exchanged; null before. */
  readonly usedAt: Date | null;
  readonly expiresAt: Date;
  readonly session: SessionRecord;
}

export type EndReason =
  | 'SIGNED_OUT'
  | 'TOKEN_REUSED'
  | 'PASSWORD_CHANGED'
  | 'SECOND_FACTOR_SET'
  | 'SECOND_FACTOR_RESET';

/** Deletes the person's sessions that are past their end. */
export async function insertSession(
  tx: Transaction,
  customerId: string,
  origin: Origin | undefined,
): Promise<SessionRecord> {
  const now = new Date();
  await tx.session.deleteMany({ where: { customerId, expiresAt: { lt: now } } });
  const session = { id: newId(), customerId, expiresAt: sessionEnd(now) };
  await tx.session.create({ data: { ...session, ...placeOf(origin) } });
  return { ...session, endedAt: null };
}

/** @returns the token; it cannot be read again. */
export async function insertRefreshToken(
  tx: Transaction,
  { id: sessionId, expiresAt }: SessionRecord,
  now: Date,
): Promise<string> {
  const refreshToken = randomBytes(32).toString('base64url');
  await tx.refreshToken.create({
    data: {
      hash: hashOf(refreshToken),
      sessionId,
      createdAt: now,
      expiresAt: tokenEnd(now, expiresAt),
    },
  });
  return refreshToken;
}

/** Marks the token as used. Of any number of requests with the same token one succeeds. */
export async function updateTokenUsed(tx: Transaction, refreshToken: string, now: Date): Promise<boolean> {
  const { count } = await tx.refreshToken.updateMany({
    where: { hash: hashOf(refreshToken), usedAt: null },
    data: { usedAt: now },
  });
  return count === 1;
}

/** Has a token that was not exchanged end later, as if it were issued now. */
export async function updateTokenExtended(
  tx: Transaction,
  refreshToken: string,
  { expiresAt }: SessionRecord,
  now: Date,
): Promise<void> {
  await tx.refreshToken.updateMany({
    where: { hash: hashOf(refreshToken), usedAt: null },
    data: { expiresAt: tokenEnd(now, expiresAt) },
  });
}

export async function findRefreshToken(
  tx: Transaction,
  refreshToken: string,
): Promise<RefreshTokenRecord | null> {
  return tx.refreshToken.findUnique({ where: { hash: hashOf(refreshToken) }, include: { session: true } });
}

/** Whether a token of the session that was issued at that moment or later has been used. */
export async function isSuccessorUsed(
  tx: Transaction,
  sessionId: string,
  issuedFrom: Date,
): Promise<boolean> {
  const used = await tx.refreshToken.count({
    where: { sessionId, createdAt: { gte: issuedFrom }, usedAt: { not: null } },
  });
  return used > 0;
}

/** The caller's own session of that name. */
export async function findOwnSession(
  tx: Transaction,
  { customerId }: Scope,
  name: SessionName,
): Promise<SessionRecord | null> {
  if (customerId === null || ('sessionId' in name && !isId(name.sessionId))) return null;
  return tx.session.findFirst({
    where: {
      customerId,
      ...('sessionId' in name
        ? { id: name.sessionId }
        : { tokens: { some: { hash: hashOf(name.refreshToken) } } }),
    },
  });
}

/** The first reason stays. */
export async function updateSessionEnded(
  tx: Transaction,
  sessionId: string,
  endReason: EndReason,
): Promise<void> {
  await tx.session.updateMany({
    where: { id: sessionId, endedAt: null },
    data: { endedAt: new Date(), endReason },
  });
}

/** Those of a person that are not over, the last used first: at most 100. */
export async function findOpenSessions(
  { prisma }: Pick<OwnCustomerDatabase, 'prisma'>,
  customerId: string,
  now: Date,
): Promise<OpenSession[]> {
  return prisma.session.findMany({
    where: { customerId, endedAt: null, tokens: { some: { usedAt: null, expiresAt: { gt: now } } } },
    orderBy: { lastUsedAt: 'desc' },
    take: MAXIMUM_LISTED,
  });
}

export async function updateSessionUsed(
  tx: Transaction,
  sessionId: string,
  origin: Origin | undefined,
  now: Date,
): Promise<void> {
  await tx.session.update({ where: { id: sessionId }, data: { lastUsedAt: now, ...placeOf(origin) } });
}

/** Ends every session of a person, but for one. */
export async function updateSessionsEnded(
  tx: Transaction,
  customerId: string,
  endReason: EndReason,
  { except }: { readonly except?: string | undefined } = {},
): Promise<void> {
  await tx.session.updateMany({
    where: { customerId, endedAt: null, ...(except !== undefined && { id: { not: except } }) },
    data: { endedAt: new Date(), endReason },
  });
}

function placeOf(origin: Origin | undefined) {
  return origin === undefined ? {} : { address: origin.address, userAgent: origin.userAgent };
}

/** A token is 256 random bits: a fast hash protects it as well as a slow one would. */
function hashOf(refreshToken: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(refreshToken).digest());
}
