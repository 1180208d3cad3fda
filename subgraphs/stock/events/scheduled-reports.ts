/**
 * Reports what is on hand for a run of a schedule, by the roles that its owner holds, and publishes it, or why there is nothing: in the transaction of
 * the inbox row.
 */
import { GraphQLError } from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { DomainEvent, NewEvent } from '../../../platform/events/envelope.js';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { covers, isStaff } from '../../../platform/kit/tenant-scope.js';
import { requireOutlet } from '../operations/require-outlet.js';
import { findStockReport } from '../store/stock-report.js';
import type { ConsumerParts } from './consumer-parts.js';

type Due = DomainEvent<'schedule.due'>;

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'stock.scheduled-reports';
  return {
    name,
    types: ['schedule.due'],
    handle: idempotent(
      database,
      name,
      async (event, { emit }) => {
        if (event.type !== 'schedule.due' || event.data.action !== 'STOCK_REPORT') return;
        emit(await answerTo(event, database));
      },
      log,
    ),
  };
}

async function answerTo({ data }: Due, database: ConsumerParts['database']): Promise<NewEvent> {
  const { runId, ownerId, roles, franchiseId, outletId } = data;
  const aggregate = { aggregateId: runId, aggregateVersion: 1 };
  const refusal = (because: 'FORBIDDEN' | 'NOT_FOUND'): NewEvent => ({
    ...{ type: 'stock-report.refused', ...aggregate, data: { runId, because } },
  });
  const owner: Identity = { customerId: ownerId, roles };
  const scope = scopeFor(owner, 'stock:read');
  if (!isStaff(scope)) return refusal('FORBIDDEN');
  if (franchiseId !== null && outletId === null && !covers(scope, { franchiseId }))
    return refusal('NOT_FOUND');
  const owned = database.as(owner);
  try {
    const outlet = outletId === null ? null : await requireOutlet(owned, scope, outletId);
    const report = await findStockReport(owned, scope, { franchiseId, outletId });
    const at = new Date().toISOString();
    return {
      ...{ type: 'stock-report.made', ...aggregate },
      data: { runId, place: outlet?.name ?? null, at, ...report },
    };
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === ErrorCode.NOT_FOUND)
      return refusal('NOT_FOUND');
    throw error;
  }
}
