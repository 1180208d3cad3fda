/** What an item had on hand over time: in steps as the ledger has them, or summed up by equal spans. */
export type Resolution = 'RAW' | 'FIVE_MINUTES' | 'HOUR' | 'DAY';
/** Those that are summed up. */
export type BucketResolution = Exclude<Resolution, 'RAW'>;

/** Points of one answer for one item: a year by the hour. */
export const MAXIMUM_POINTS = 10_000;

/** Figures in the item's unit. */
export interface LevelPoint {
  /** When the span begins, or the level changed. */
  readonly at: Date;
  readonly minimum: number;
  readonly maximum: number;
  readonly last: number;
}

/** A span in which the level changed, or (null) remained what it was. */
export interface LevelBucket {
  readonly at: Date;
  readonly levels: { readonly minimum: number; readonly maximum: number; readonly last: number } | null;
}

/**
 * Fills the spans without a change with the level that was there.
 * @param buckets without a gap, oldest first.
 * @param before the level before the first of them; null where there was none yet: spans before the first change are left out.
 */
export function continuedLevels(buckets: readonly LevelBucket[], before: number | null): LevelPoint[] {
  const points: LevelPoint[] = [];
  let level = before;
  for (const { at, levels } of buckets) {
    if (levels !== null) {
      points.push({ at, ...levels });
      level = levels.last;
    } else if (level !== null) {
      points.push({ at, minimum: level, maximum: level, last: level });
    }
  }
  return points;
}
