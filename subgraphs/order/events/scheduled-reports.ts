/**
 * Makes the sales figures that a run of a schedule asks for, by the roles that its owner holds, and publishes them, or why there are none: in the
 * transaction of the inbox row.
 */
import { GraphQLError } from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { DomainEvent, NewEvent } from '../../../platform/events/envelope.js';
import type { EventData, ReportedFigures } from '../../../platform/events/event-types.js';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { daysBetween, parseCalendarDay } from '../../../platform/kit/calendar.js';
import { isStaff } from '../../../platform/kit/tenant-scope.js';
import { reportSales, type Sales } from '../operations/report-sales.js';
import type { FullFigures } from '../store/sales-report.js';
import type { ConsumerParts } from './consumer-parts.js';

type Due = DomainEvent<'schedule.due'>;
type By = EventData['sales-report.made']['by'];

export function consumer({ database, menu, log }: ConsumerParts): Consumer {
  const name = 'order.scheduled-reports';
  return {
    name,
    types: ['schedule.due'],
    handle: idempotent(
      database,
      name,
      async (event, { emit }) => {
        if (event.type !== 'schedule.due' || event.data.action !== 'SALES_REPORT') return;
        emit(await answerTo(event, { database, menu }));
      },
      log,
    ),
  };
}

async function answerTo(
  { data }: Due,
  { database, menu }: Pick<ConsumerParts, 'database' | 'menu'>,
): Promise<NewEvent> {
  const { runId, ownerId, roles, franchiseId, outletId, from, to } = data;
  const aggregate = { aggregateId: runId, aggregateVersion: 1 };
  const refusal = (because: EventData['sales-report.refused']['because']): NewEvent => ({
    ...{ type: 'sales-report.refused', ...aggregate, data: { runId, because } },
  });
  const owner: Identity = { customerId: ownerId, roles };
  if (!isStaff(scopeFor(owner, 'sales:read'))) return refusal('FORBIDDEN');
  const context = { database: database.as(owner), identity: owner, menu };
  const by = groupingOf(data);
  try {
    const sales = await reportSales(context, {
      ...{ outletId, franchiseId, from, to, by, asOf: null },
      ...{ compareWith: 'PREVIOUS_PERIOD', likeForLike: false },
    });
    const nameOf = (id: string) => menu.outlet(id)?.name ?? null;
    return {
      ...{ type: 'sales-report.made', ...aggregate },
      data: {
        ...{ runId, from: sales.from, to: sales.to, by },
        place: outletId === null ? null : nameOf(outletId),
        ...{ total: figuresOf(sales), before: figuresOf(comparedWith(sales)) },
        rows: sales.rows
          .filter((row) => row.orders !== 0 || row.revenue !== 0)
          .map((row) => ({
            key: by === 'OUTLET' ? (nameOf(row.key) ?? row.key) : row.key,
            ...figuresOf(row),
          })),
      },
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // That the owner may see the place, messages and `reportSales` have checked by the same roles.
    return refusal(error.extensions.code === ErrorCode.NOT_FOUND ? 'NOT_FOUND' : 'FAILED');
  }
}

/** A row for each outlet; where one is asked for, for each hour of a single day, otherwise for each day. */
function groupingOf({ outletId, from, to }: Due['data']): By {
  if (outletId === null) return 'OUTLET';
  const [first, last] = [parseCalendarDay(from), parseCalendarDay(to)];
  return first !== undefined && last !== undefined && daysBetween(first, last) === 0 ? 'HOUR' : 'DAY';
}

function comparedWith({ comparison }: Sales): FullFigures {
  if (comparison === null) throw new Error('A report that is compared has what it is compared with');
  return comparison;
}

function figuresOf({ orders, units, gross, refunds, revenue }: FullFigures): ReportedFigures {
  return { orders, units, gross, discounts: gross - refunds - revenue, refunds, revenue };
}
