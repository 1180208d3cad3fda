/**
 * Sets and removes the caller's second factor and renews its recovery codes. Each begins with the password, so that an access token alone
 * is not enough. A new factor is in force once a code has confirmed it.
 */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { base32, newTotpSecret, otpauthUri } from '../../../platform/identity/totp.js';
import type { Context } from '../context.js';
import { lockAccount } from '../store/customers.js';
import type { Work } from '../store/database.js';
import {
  deleteSecondFactor,
  findSecondFactor,
  insertSecondFactor,
  updateRecoveryCodes,
  updateSecondFactorConfirmed,
} from '../store/second-factors.js';
import { updateSessionsEnded } from '../store/sessions.js';
import { provenOwner } from './prove-caller.js';
import {
  boundCodes,
  mailChange,
  newRecoveryCodes,
  shownRecoveryCode,
  useCode,
  useOneTimePassword,
  withoutSeparators,
} from './second-factor-code.js';

const ISSUER = 'Kedai';
const CONFIRMED_WITHIN_MILLISECONDS = 60 * 60 * 1_000;

export interface BegunSecondFactor {
  /** Base32 (RFC 4648), for typing. */
  readonly secret: string;
  /** For a QR code. */
  readonly uri: string;
}

/** @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_STATE where one is set, or the address not confirmed. */
export async function beginSecondFactor(context: Context, password: string): Promise<BegunSecondFactor> {
  const { ownDatabase, cause, factorSealing } = context;
  const { id, email, isVerified } = await provenOwner(context, password, ['password']);
  // The owner of the mailbox, who may reset the password, must not find another person's second factor before them.
  if (!isVerified)
    throw UserFault.of('INVALID_STATE', 'Confirm your e-mail address first: requestEmailVerification');
  const secret = newTotpSecret();
  await ownDatabase.work(cause, async ({ tx }) => {
    await lockAccount(tx, id);
    if (!(await insertSecondFactor(tx, id, factorSealing.seal(secret, id), new Date())))
      throw UserFault.of('INVALID_STATE', 'A second factor is set: remove it before setting another');
  });
  return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, email) };
}

/**
 * The caller's other sessions, which were opened by the password alone, end.
 * @returns the recovery codes, which cannot be read again.
 * @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_STATE where none was begun within the hour.
 */
export async function confirmSecondFactor(context: Context, code: string): Promise<string[]> {
  const { ownDatabase, cause, identity } = context;
  const customerId = callerOf(identity);
  const recoveryCodes = newRecoveryCodes();
  await boundCodes(context, customerId, () =>
    ownDatabase.work(cause, async (work) => {
      const now = new Date();
      await lockAccount(work.tx, customerId);
      const factor = await findSecondFactor(work.tx, customerId);
      const isOpen = factor !== null && factor.confirmedAt === null;
      if (!isOpen || now.getTime() - factor.begunAt.getTime() > CONFIRMED_WITHIN_MILLISECONDS)
        throw UserFault.of('INVALID_STATE', 'Begin with beginSecondFactor');
      await useOneTimePassword(context, work, factor, withoutSeparators(code));
      await updateSecondFactorConfirmed(work.tx, customerId, recoveryCodes, now);
      await updateSessionsEnded(work.tx, customerId, 'SECOND_FACTOR_SET', { except: identity.sessionId });
      await mailChange(work, customerId, 'ENABLED');
    }),
  );
  return recoveryCodes.map(shownRecoveryCode);
}

/** Those before are worth nothing. @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_STATE where none is set. */
export async function renewRecoveryCodes(context: Context, proof: Proof): Promise<string[]> {
  const recoveryCodes = newRecoveryCodes();
  await withProof(context, proof, ({ tx }, customerId) => updateRecoveryCodes(tx, customerId, recoveryCodes));
  return recoveryCodes.map(shownRecoveryCode);
}

/** @throws UserFault as `renewRecoveryCodes`. */
export async function disableSecondFactor(context: Context, proof: Proof): Promise<void> {
  await withProof(context, proof, async (work, customerId) => {
    await deleteSecondFactor(work.tx, customerId);
    await mailChange(work, customerId, 'DISABLED');
  });
}

interface Proof {
  readonly password: string;
  readonly code: string;
}

async function withProof(
  context: Context,
  { password, code }: Proof,
  change: (work: Work, customerId: string) => Promise<void>,
): Promise<void> {
  const { id } = await provenOwner(context, password, ['password']);
  await boundCodes(context, id, () =>
    context.ownDatabase.work(context.cause, async (work) => {
      await lockAccount(work.tx, id);
      const factor = await findSecondFactor(work.tx, id);
      if (factor?.confirmedAt == null) throw UserFault.of('INVALID_STATE', 'No second factor is set');
      await useCode(context, work, id, code);
      await change(work, id);
    }),
  );
}
