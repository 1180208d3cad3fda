/** Changes the caller's own name, phone number or language; a phone number that is null is deleted. */
import { z } from 'zod';
import { callerOf, ownScope } from '../../../platform/identity/identity.js';
import { name, parseInput, phone } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { phoneChangedEvent } from '../published.js';
import { updateOwnAccount } from '../store/customers.js';

const profile = z.object({
  name: name.optional(),
  phone: phone.nullish(),
  language: z.enum(['ID', 'EN']).optional(),
});

export async function updateProfile({ database, cause, identity }: Context, input: unknown): Promise<void> {
  const changes = parseInput(profile, input);
  const customerId = callerOf(identity);
  await database.work(cause, async ({ tx, emit }) => {
    const phoneVersion = await updateOwnAccount(tx, ownScope(identity), {
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.phone !== undefined && { phone: changes.phone }),
      ...(changes.language !== undefined && { language: changes.language === 'EN' ? 'en' : 'id' }),
    });
    if (changes.phone === undefined || phoneVersion === null) return;
    emit(phoneChangedEvent(customerId, changes.phone, phoneVersion));
  });
}
