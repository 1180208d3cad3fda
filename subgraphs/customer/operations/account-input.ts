/** What an account may look like. E-mails are compared without regard to case, phone numbers without their spacing and with their country. */
import { z } from 'zod';

const MINIMUM_PASSWORD = 8;
/** Beyond any passphrase, below what it would cost to hash a flood of. */
const MAXIMUM_PASSWORD = 200;

/** What a number in local format, such as 0812…, means: the chain is at home in Indonesia. */
const HOME_COUNTRY = '+62';

export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'An e-mail address has at most 254 characters')
  .pipe(z.email('This is not an e-mail address'));

export const passwordSchema = z
  .string()
  .refine((password) => [...password].length >= MINIMUM_PASSWORD, {
    message: `A password has at least ${MINIMUM_PASSWORD} characters`,
  })
  .max(MAXIMUM_PASSWORD, `A password has at most ${MAXIMUM_PASSWORD} characters`);

export const nameSchema = z
  .string()
  .trim()
  .min(1, 'A name is needed')
  .max(100, 'A name has at most 100 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name has no control characters');

export const phoneSchema = z
  .string()
  .max(40, 'A phone number has at most 15 digits')
  .transform((phone) => phone.replaceAll(/[\s().-]/g, '').replace(/^0(?=[1-9])/, HOME_COUNTRY))
  .pipe(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'A phone number is in international format, such as +6281234567890'),
  );
