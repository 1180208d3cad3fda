/** The bounds of a history: the part of a span that is stored at its resolution, and how many points an answer has. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { type LevelPoint, MAXIMUM_POINTS, type Resolution } from '../domain/level-history.js';
import { type HistoryRetention, type HistorySpan, storedFrom } from '../store/level-history.js';

const DAY = 86_400_000;
const MILLISECONDS = { FIVE_MINUTES: 300_000, HOUR: 3_600_000, DAY } as const;
const COARSER = { RAW: 'FIVE_MINUTES', FIVE_MINUTES: 'HOUR', HOUR: 'DAY', DAY: null } as const;
const RETAINED: Partial<Record<Resolution, keyof HistoryRetention>> = {
  FIVE_MINUTES: 'fiveMinutesDays',
  HOUR: 'hourDays',
};

export interface HistoryRequest {
  readonly from: Date;
  /** Null for now. */
  readonly to: Date | null;
  readonly resolution: Resolution;
}

/**
 * The part of the span that lies in the past and is stored so finely; null where none does.
 * @throws BAD_USER_INPUT for a span that ends before it begins or has too many points.
 */
export function historySpan(
  { from, to, resolution }: HistoryRequest,
  retention: HistoryRetention,
  now = new Date(),
): HistorySpan | null {
  const end = to ?? now;
  if (end <= from) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must be before to');
  if (resolution !== 'RAW' && end.getTime() - from.getTime() > MAXIMUM_POINTS * MILLISECONDS[resolution]) {
    throw tooWide(resolution);
  }
  const retained = RETAINED[resolution];
  // A day later: the outlet's day in which the first of what is stored lies is not whole.
  const stored = retained === undefined ? 0 : storedFrom(now, retention[retained]).getTime() + DAY;
  const begin = Math.max(from.getTime(), stored);
  const span = { from: new Date(begin), to: new Date(Math.min(end.getTime(), now.getTime() + DAY)) };
  return span.from < span.to ? span : null;
}

/** @throws BAD_USER_INPUT where there are more points than an answer has. */
export function requireWithinLimit(
  points: readonly LevelPoint[],
  resolution: Resolution,
): readonly LevelPoint[] {
  if (points.length > MAXIMUM_POINTS) throw tooWide(resolution);
  return points;
}

function tooWide(resolution: Resolution) {
  const coarser = COARSER[resolution];
  return requestError(
    ErrorCode.BAD_USER_INPUT,
    coarser === null
      ? `A history has ${MAXIMUM_POINTS} points at the most: ask for a shorter time`
      : `A history has ${MAXIMUM_POINTS} points at the most: ask for a shorter time or for ${coarser}`,
  );
}
