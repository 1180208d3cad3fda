/**
 * Passwords: argon2id (RFC 9106) with OWASP's parameters. The same text is the same password however its accents were composed.
 * Verifying costs the same whether there is an account or not.
 */
import { hash, verify } from '@node-rs/argon2';

/** The library's default algorithm is argon2id. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Stands in for the hash of an account that does not exist. */
const NO_ACCOUNT = hash('the password of no account', PARAMETERS);

export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

/**
 * Older hashes may be of the text as it was typed, so a password with accents is tried in each form that it can have.
 * @param passwordHash null where there is no account, empty where it has no password yet: the answer is no, after the same work.
 */
export async function isPasswordOf(passwordHash: string | null, password: string): Promise<boolean> {
  const forms = new Set([password.normalize('NFC'), password, password.normalize('NFD')]);
  const hasPassword = passwordHash !== null && passwordHash !== '';
  const stored = hasPassword ? passwordHash : await NO_ACCOUNT;
  let matches = false;
  for (const form of forms) matches = (await verify(stored, form, PARAMETERS)) || matches;
  return matches && hasPassword;
}
