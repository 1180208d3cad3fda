/** The audit: every equation that the five databases, the providers' books and the answers to clients must satisfy. */
import type { ConsumerRegistry } from '../../../platform/events/consumer-registry.js';
import type { Acknowledged } from '../acknowledged.js';
import { auditAcknowledged } from './acknowledged.js';
import type { Books } from './books.js';
import { auditDiscounts } from './discounts.js';
import { auditDisputes } from './disputes.js';
import type { Equation } from './equation.js';
import { auditEvents } from './events.js';
import { auditLoyalty } from './loyalty.js';
import { auditMoney } from './money.js';
import { auditOrders } from './orders.js';
import { auditPromises } from './promises.js';
import type { ProviderBooks } from './provider-books.js';
import { auditReceipts } from './receipts.js';
import { auditSettlements } from './settlements.js';
import { auditStock } from './stock.js';
import { auditTills } from './tills.js';
import { auditWebhooks } from './webhooks.js';

export interface Evidence {
  readonly books: Books;
  readonly consumers: Pick<ConsumerRegistry, 'all'>;
  readonly providers: () => Promise<ProviderBooks>;
  readonly acknowledged: Acknowledged;
}

/** Reads everything; nothing may change meanwhile. */
export async function audit({ books, consumers, providers, acknowledged }: Evidence): Promise<Equation[]> {
  const parts = [
    await auditStock(books),
    await auditPromises(books),
    await auditMoney(books, await providers()),
    await auditTills(books),
    await auditSettlements(books, acknowledged),
    await auditReceipts(books),
    await auditDisputes(books),
    await auditOrders(books),
    await auditLoyalty(books),
    await auditDiscounts(books),
    await auditEvents(books, consumers),
    await auditWebhooks(books, acknowledged),
    await auditAcknowledged(books, acknowledged),
  ];
  return parts.flat();
}
