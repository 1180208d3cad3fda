/** Seeding uses one connection, with a long timeout: a busy machine may take seconds to open it. */
import { PrismaPg } from '@prisma/adapter-pg';

const PATIENCE_MILLISECONDS = 60_000;

export function clientOptions(url: string) {
  return {
    adapter: new PrismaPg({ connectionString: url, max: 1 }),
    transactionOptions: { maxWait: PATIENCE_MILLISECONDS, timeout: PATIENCE_MILLISECONDS },
  };
}
