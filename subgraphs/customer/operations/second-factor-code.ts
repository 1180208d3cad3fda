/**
 * Verifies codes of second factors: a one-time password, or a recovery code. Each is accepted once. Guessing is counted by the account
 * alone, whatever the network: who guesses codes knows the password already.
 */
import { randomBytes } from 'node:crypto';
import { UserFault } from '../../../platform/errors.js';
import { acceptedStep, base32 } from '../../../platform/identity/totp.js';
import type { Context } from '../context.js';
import { secondFactorChangedMail } from '../published.js';
import { findAddressee } from '../store/customers.js';
import type { Work } from '../store/database.js';
import {
  deleteRecoveryCode,
  findSecondFactor,
  type SecondFactor,
  updateStepAccepted,
} from '../store/second-factors.js';
import { boundAttempts } from './bound-attempts.js';

const RECOVERY_CODES = 10;
const RECOVERY_CODE_BYTES = 10;
const ONE_TIME_PASSWORD = /^\d{6}$/;
const SEPARATORS = /[\s-]/g;

/** Bounds guessing at the codes of an account. @throws UserFault TOO_MANY_ATTEMPTS */
export function boundCodes<Result>(
  { ownDatabase, attemptBounds }: Context,
  customerId: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  return boundAttempts({ ownDatabase, attemptBounds, origin: undefined }, `code of ${customerId}`, attempt);
}

/**
 * Uses up the code where the account has a second factor. The transaction has locked the account.
 * @throws UserFault SECOND_FACTOR_REQUIRED without a code, INVALID_CREDENTIALS for one that is not accepted.
 */
export async function useCode(
  context: Context,
  work: Pick<Work, 'tx' | 'emit'>,
  customerId: string,
  entered: string | null,
): Promise<void> {
  const factor = await findSecondFactor(work.tx, customerId);
  if (factor === null || factor.confirmedAt === null) return;
  const code = withoutSeparators(entered ?? '');
  if (code === '') throw codeMissing();
  if (ONE_TIME_PASSWORD.test(code)) return useOneTimePassword(context, work, factor, code);
  if (!(await deleteRecoveryCode(work.tx, customerId, code.toUpperCase()))) throw wrongCode();
  await mailChange(work, customerId, 'RECOVERY_CODE_USED');
}

/** A code as it is compared, however it was typed from paper. */
export function withoutSeparators(code: string): string {
  return code.replaceAll(SEPARATORS, '');
}

/** Mails the owner of the account that its second factor has changed. */
export async function mailChange(
  { tx, emit }: Pick<Work, 'tx' | 'emit'>,
  customerId: string,
  change: Parameters<typeof secondFactorChangedMail>[1],
): Promise<void> {
  const owner = await findAddressee(tx, { id: customerId });
  if (owner !== null) emit(secondFactorChangedMail(owner, change, new Date()));
}

/** @throws UserFault INVALID_CREDENTIALS */
export async function useOneTimePassword(
  { factorSealing }: Pick<Context, 'factorSealing'>,
  { tx }: Pick<Work, 'tx'>,
  { customerId, sealedSecret, lastStep }: SecondFactor,
  code: string,
): Promise<void> {
  const secret = factorSealing.open(sealedSecret, customerId);
  const step = secret === null ? null : acceptedStep(secret, code, { now: Date.now(), lastStep });
  if (step === null || !(await updateStepAccepted(tx, customerId, step))) throw wrongCode();
}

/** As they are stored; `shownRecoveryCode` makes them readable. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => base32(randomBytes(RECOVERY_CODE_BYTES)));
}

export function shownRecoveryCode(code: string): string {
  return code.replaceAll(/.{4}(?=.)/g, '$&-');
}

function codeMissing(): UserFault {
  return UserFault.of('SECOND_FACTOR_REQUIRED', 'Enter a code of the second factor, too', ['code']);
}

function wrongCode(): UserFault {
  return UserFault.of('INVALID_CREDENTIALS', 'The code is wrong, or was used: wait for the next one', [
    'code',
  ]);
}
