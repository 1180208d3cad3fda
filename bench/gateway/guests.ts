/** Signed-in guests, each with its own token and every permission, and the key that verifies them. */

import { signAccessToken } from '../../platform/identity/access-token.js';
import { generateKeyFiles, readSigningKey } from '../../platform/identity/keys.js';
import { newId } from '../../platform/ids.js';

const GUESTS = 500;
const PARTIES = { issuer: 'bench', audience: 'bench' };

export interface SignedInGuests {
  /** The gateway's settings. */
  readonly environment: Readonly<Record<string, string>>;
  authorization(request: number): string;
}

/** @param folder for the keys. */
export async function signInGuests(folder: string): Promise<SignedInGuests> {
  const { privateKeyFile, publicKeyFile } = await generateKeyFiles(folder);
  const key = await readSigningKey(privateKeyFile);
  const tokens = await Promise.all(
    Array.from({ length: GUESTS }, () =>
      signAccessToken(key, PARTIES, {
        customerId: newId(),
        sessionId: newId(),
        roles: [{ role: 'HQ', outletId: null, franchiseId: null }],
      }),
    ),
  );
  return {
    environment: {
      JWT_PUBLIC_KEY_FILE: publicKeyFile,
      JWT_ISSUER: PARTIES.issuer,
      JWT_AUDIENCE: PARTIES.audience,
    },
    authorization: (request) => `Bearer ${tokens[request % GUESTS]?.token}`,
  };
}
