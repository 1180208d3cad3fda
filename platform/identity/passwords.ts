/** Passwords: argon2id (RFC 9106) with OWASP's parameters. Checking costs the same whether there is an account or not. */
import { hash, verify } from '@node-rs/argon2';

/** The library's default algorithm is argon2id. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Stands in for the hash of an account that is not there. */
const NOBODY = hash('nobody has this password', PARAMETERS);

export async function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

/** @param passwordHash null where there is no account: the answer is no, after the same work. */
export async function isPasswordOf(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await NOBODY), password, PARAMETERS);
  return matches && passwordHash !== null;
}
