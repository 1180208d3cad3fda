/** Remembers which callbacks have had their effect. */
import type { ProviderName } from '../domain/methods.js';
import type { PaymentDatabase } from './database.js';

type Writer = Pick<PaymentDatabase, 'prisma'>;

export async function isHandled(
  { prisma }: Writer,
  provider: ProviderName,
  eventId: string,
): Promise<boolean> {
  const where = { provider_eventId: { provider, eventId } };
  return (await prisma.providerCallback.findUnique({ where })) !== null;
}

export async function markHandled(
  { prisma }: Writer,
  provider: ProviderName,
  eventId: string,
): Promise<void> {
  await prisma.providerCallback.createMany({ data: [{ provider, eventId }], skipDuplicates: true });
}
