/**
 * Reports how the members of a place behave who agree to it: segments, cohorts, what is to be expected of them, and what goes with what. A place counts what was
 * bought there alone, also of customers who go elsewhere, too.
 */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { type CalendarDay, type Period, reportPeriod, todayIn } from '../../../platform/kit/calendar.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { BasketRule } from '../domain/customers/baskets.js';
import { basketRules } from '../domain/customers/baskets.js';
import {
  type CohortFigures,
  cohortsOf,
  type SegmentFigures,
  segmentsOf,
} from '../domain/customers/groups.js';
import {
  type CustomerModel,
  type ExpectedCustomers,
  expectedOf,
  LEAST_CUSTOMERS,
} from '../domain/customers/value.js';
import { findBaskets } from '../store/baskets.js';
import { type CustomerQuery, findCohorts, findCount, findScores } from '../store/customer-figures.js';
import { findHistories, findModel, type ModelledPlace, type StoredModel } from '../store/customer-models.js';
import { knownPlaces } from './outlets.js';

/** The age of what all who ask for the same are answered. */
const RECENT_MILLISECONDS = 120_000;
const DAY_MILLISECONDS = 86_400_000;
const MOST_BASKETS = 100;
const MOST_DAYS = 365;

export interface CustomerReportRequest extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: string;
  readonly to: string;
}

/** What is asked for of it is read then. */
export interface CustomerReport extends Period {
  /** Up to when orders are in it; null where none is counted yet. */
  readonly asOf: Date | null;
  readonly scope: Scope;
  readonly query: CustomerQuery;
  /** Of its figures among the recent ones. */
  readonly key: string;
}

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for days that make no report. */
export async function reportCustomers(
  context: Context,
  request: CustomerReportRequest,
): Promise<CustomerReport> {
  const { outletId, franchiseId } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await requirePlace(scope, request, knownPlaces(context));
  const period = reportPeriod(request);
  const { until, withdrawals } = await findCount(context.database);
  const places = [scope.everywhere, scope.franchiseIds.toSorted(), scope.outletIds.toSorted()];
  const key = JSON.stringify([places, outletId, franchiseId, period.from, period.to, withdrawals]);
  const asOf = await context.recent.counts.get(key, RECENT_MILLISECONDS, async () => until);
  const query = { ...period, outletId, franchiseId };
  return { ...period, asOf, scope, query, key: `${key} ${asOf?.getTime()}` };
}

export async function readSegments(
  { database, menu, recent }: Context,
  { scope, query, key }: CustomerReport,
): Promise<SegmentFigures[]> {
  const today = lastDay(query.to, menu);
  return recent.segments.get(`${key} ${today}`, RECENT_MILLISECONDS, async () =>
    segmentsOf(await findScores(database, scope, query, today)),
  );
}

export async function readCohorts(
  { database, menu, recent }: Context,
  { scope, query, key }: CustomerReport,
): Promise<CohortFigures[]> {
  const month = lastDay(query.to, menu).slice(0, 7);
  return recent.cohorts.get(`${key} ${month}`, RECENT_MILLISECONDS, async () =>
    cohortsOf(await findCohorts(database, scope, query), month),
  );
}

/** Not after today, by the calendar that is furthest ahead. */
function lastDay(to: CalendarDay, menu: Context['menu']): CalendarDay {
  const timeZones = new Set(menu.outlets().map(({ timeZone }) => timeZone));
  const latest =
    [...timeZones]
      .map((timeZone) => todayIn(timeZone))
      .toSorted()
      .at(-1) ?? to;
  return to < latest ? to : latest;
}

/** Of all customers of the place, whatever days the report has. */
export interface CustomerValue extends ExpectedCustomers, StoredModel {
  readonly days: number;
  readonly model: CustomerModel;
}

/**
 * Null where there is no model: not of the places of a caller that are neither one outlet, one franchise nor the chain, and not where too few came.
 * @throws BAD_USER_INPUT
 */
export async function readValue(
  { database, recent }: Context,
  { scope, query }: CustomerReport,
  days: number,
): Promise<CustomerValue | null> {
  if (days < 1 || days > MOST_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `days must be between 1 and ${MOST_DAYS}`);
  }
  const place = onePlace(scope, query);
  if (place === null) return null;
  const franchiseId = place.outletId === null ? place.franchiseId : null;
  const stored = await findModel(database, place);
  if (stored === null || stored.model === null) return null;
  const { model } = stored;
  const key = `${place.outletId} ${franchiseId} ${days} ${stored.madeAt.toISOString()}`;
  const expected = await recent.values.get(key, DAY_MILLISECONDS, async () =>
    expectedOf(model, await findHistories(database, scope, { ...place, franchiseId }, stored.until), days),
  );
  if (expected.customers < LEAST_CUSTOMERS) return null;
  return { ...stored, ...expected, model, days };
}

/** What is asked for, or the one place that the caller has. */
function onePlace(scope: Scope, { outletId, franchiseId }: CustomerQuery): ModelledPlace | null {
  if (outletId !== null || franchiseId !== null || scope.everywhere) return { outletId, franchiseId };
  const places = [
    ...scope.outletIds.map((id) => ({ outletId: id, franchiseId: null })),
    ...scope.franchiseIds.map((id) => ({ outletId: null, franchiseId: id })),
  ];
  return places.length === 1 ? (places[0] ?? null) : null;
}

/** @throws BAD_USER_INPUT */
export async function readBaskets(
  { database, recent }: Context,
  { scope, query, key }: CustomerReport,
  first: number,
): Promise<BasketRule[]> {
  if (first < 1 || first > MOST_BASKETS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `first must be between 1 and ${MOST_BASKETS}`);
  }
  const rules = await recent.baskets.get(key, RECENT_MILLISECONDS, async () =>
    basketRules(await findBaskets(database, scope, query)),
  );
  return rules.slice(0, first);
}
