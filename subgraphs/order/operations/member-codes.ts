/**
 * A member's code at the counter: eight random digits that name the person for five minutes. A row that expires, not a signature over the
 * time, since digits that somebody can say aloud are too few to carry an id, and a row is found by them in one look-up.
 *
 * It cannot be guessed: staff alone may try, each ten wrong ones within ten minutes. A photograph of it is worth nothing minutes later;
 * until then it only orders for the member.
 */
import { randomInt } from 'node:crypto';
import { forbidden, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import {
  findMemberByCode,
  insertFailure,
  type MemberCode,
  takeBackFailure,
  upsertMemberCode,
} from '../store/member-codes.js';

const LIFETIME = { lifetimeSeconds: 300, renewedSeconds: 60 };
const FAILURES = 10;
const WINDOW_SECONDS = 600;
/** Of codes that another member has. */
const TRIES = 5;

/** @throws FORBIDDEN for another's. */
export async function readMemberCode(
  { ownDatabase, identity }: Context,
  customerId: string,
): Promise<MemberCode | null> {
  if (customerId !== callerOf(identity)) throw forbidden();
  for (let tries = 1; ; tries++) {
    try {
      const code = String(randomInt(10_000_000, 100_000_000));
      return await upsertMemberCode(ownDatabase, customerId, code, LIFETIME);
    } catch (error) {
      if (tries === TRIES || !isUniqueViolation(error)) throw error;
    }
  }
}

/** As people type it; undefined for what is none. */
export function normalizedMemberCode(given: string): string | undefined {
  const digits = given.normalize('NFKC').replaceAll(/\s/g, '');
  return /^\d{8}$/.test(digits) ? digits : undefined;
}

/** @throws UserFault NOT_FOUND for a code that is nobody's or has expired, TOO_MANY_ATTEMPTS after too many of these. */
export async function findMemberShowing(
  { ownDatabase, identity }: Pick<Context, 'ownDatabase' | 'identity'>,
  code: string,
): Promise<string> {
  const staffId = callerOf(identity);
  const { failures, windowEndsAt } = await insertFailure(ownDatabase, staffId, WINDOW_SECONDS);
  if (failures > FAILURES) {
    const message = 'Too many wrong codes: ask the member for the phone number.';
    throw UserFault.of('TOO_MANY_ATTEMPTS', message, ['guest', 'memberCode'], windowEndsAt);
  }
  const member = await findMemberByCode(ownDatabase, code);
  if (member === null) {
    const message = 'No member shows this code now. Ask for the one that the shop shows at this moment.';
    throw UserFault.of('NOT_FOUND', message, ['guest', 'memberCode']);
  }
  await takeBackFailure(ownDatabase, staffId);
  return member;
}
