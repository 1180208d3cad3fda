/** Copies redeemed rewards, which orders take off their totals. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import type { OrderDatabase, OrderWork } from '../store/database.js';
import { insertRedemption } from '../store/redemptions.js';

export function redemptionCopy(database: OrderDatabase, log: Log): Consumer {
  const name = 'order.redemption-copy';
  return { name, types: ['reward.redeemed'], handle: idempotent(database, name, insert, log) };
}

async function insert(event: AnyEvent, work: OrderWork): Promise<void> {
  if (event.type === 'reward.redeemed') await insertRedemption(work, event);
}
