/** Schedules as their users see them, and what one run of them is about. */
import {
  type Identity,
  type Permission,
  type RoleGrant,
  scopeFor,
} from '../../../../platform/identity/identity.js';
import { covers, isStaff } from '../../../../platform/kit/tenant-scope.js';
import type { MissedRuns } from './due-runs.js';

export type ScheduleAction = 'SALES_REPORT' | 'STOCK_REPORT';

/** What the owner of a schedule must hold at its place. */
const PERMISSIONS: Readonly<Record<ScheduleAction, Permission>> = {
  SALES_REPORT: 'sales:read',
  STOCK_REPORT: 'stock:read',
};

/** One outlet, one franchise, or (neither) all that the owner may see. */
export interface SchedulePlace {
  /** Of the outlet, too, where there is one. */
  readonly franchiseId: string | null;
  readonly outletId: string | null;
}

export interface Schedule extends SchedulePlace {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly action: ScheduleAction;
  readonly rule: string;
  readonly timeZone: string;
  readonly missed: MissedRuns;
  readonly anchor: Date;
  readonly nextRunAt: Date | null;
  readonly pausedAt: Date | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
}

export type ScheduleOutcome = 'SUCCEEDED' | 'FAILED' | 'FORBIDDEN' | 'SKIPPED';

export type ScheduleFailure =
  | 'PLACE_GONE'
  | 'ADDRESS_NOT_CONFIRMED'
  | 'RULE_UNREADABLE'
  | 'TIMED_OUT'
  | 'NOT_MADE';

export interface ScheduleRun {
  readonly id: string;
  readonly dueAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly outcome: ScheduleOutcome | null;
  readonly failure: ScheduleFailure | null;
}

/** What a run ends as, besides being skipped. */
export type RunResult =
  | { readonly outcome: 'SUCCEEDED' }
  | { readonly outcome: 'FORBIDDEN' }
  | { readonly outcome: 'FAILED'; readonly failure: ScheduleFailure };

/** Whether the holder of these roles may have the action done about the place. */
export function mayRun(
  {
    ownerId,
    action,
    franchiseId,
    outletId,
  }: Pick<Schedule, 'ownerId' | 'action' | 'franchiseId' | 'outletId'>,
  roles: readonly RoleGrant[],
): boolean {
  const owner: Identity = { customerId: ownerId, roles };
  const scope = scopeFor(owner, PERMISSIONS[action]);
  if (!isStaff(scopeFor(owner, 'schedules:manage'))) return false;
  return franchiseId === null ? isStaff(scope) : covers(scope, { franchiseId, outletId });
}
