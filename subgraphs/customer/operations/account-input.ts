/** The input of an account. Equal addresses and passwords are equal however they were typed or pasted. */
import { z } from 'zod';

const MINIMUM_PASSWORD = 8;
/** Beyond any passphrase, and bounded because hashing costs time. */
const MAXIMUM_PASSWORD = 200;
/** A composed text has at most three times as many characters when it is decomposed. */
const MAXIMUM_ENTERED_PASSWORD = 3 * MAXIMUM_PASSWORD;

/** In lower case and in Unicode's compatibility form, without the blanks and invisible characters that pasting adds. */
export const email = z
  .string()
  .transform((entered) =>
    entered
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .trim()
      .toLowerCase(),
  )
  .pipe(
    z
      .string()
      .max(254, 'An e-mail address has at most 254 characters')
      .pipe(z.email('Not an e-mail address')),
  );

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

/** Of an account that exists: whatever could have been its password. */
export const enteredPassword = z.string().min(1).max(MAXIMUM_ENTERED_PASSWORD);
