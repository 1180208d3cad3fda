/** Passwords, as input. Equal ones are equal however they were typed or pasted. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';

const MINIMUM_PASSWORD = 8;
/** Beyond any passphrase, and bounded because hashing costs time. */
const MAXIMUM_PASSWORD = 200;
/** A composed text has at most three times as many characters when it is decomposed. */
const MAXIMUM_ENTERED_PASSWORD = 3 * MAXIMUM_PASSWORD;

/** Of a new account: in the form that is hashed, Unicode's composed one (NFC). */
export const newPassword = z
  .string()
  .transform((entered) => entered.normalize('NFC'))
  .pipe(
    z
      .string()
      .refine((password) => [...password].length >= MINIMUM_PASSWORD, {
        message: `A password has at least ${MINIMUM_PASSWORD} characters`,
      })
      .max(MAXIMUM_PASSWORD, `A password has at most ${MAXIMUM_PASSWORD} characters`),
  );

/** @throws UserFault INVALID_INPUT where a new password is the e-mail address, or what stands before its @. */
export function requireOtherThanEmail(password: string, email: string, field: string[]): void {
  const entered = password.toLowerCase();
  if (entered === email || entered === email.slice(0, email.lastIndexOf('@')))
    throw UserFault.of('INVALID_INPUT', 'A password must not be the e-mail address', field);
}

/** Of an account that exists: whatever could have been its password. */
export const enteredPassword = z.string().min(1).max(MAXIMUM_ENTERED_PASSWORD);
