/** Changes the caller's own name or phone number; a phone number that is null is deleted. */
import { z } from 'zod';
import { ownScope } from '../../../platform/identity/identity.js';
import { name, parseInput, phone } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { updateOwnAccount } from '../store/customers.js';

const profile = z.object({ name: name.optional(), phone: phone.nullish() });

export async function updateProfile({ database, cause, identity }: Context, input: unknown): Promise<void> {
  const changes = parseInput(profile, input);
  await database.work(cause, ({ tx }) =>
    updateOwnAccount(tx, ownScope(identity), {
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.phone !== undefined && { phone: changes.phone }),
    }),
  );
}
