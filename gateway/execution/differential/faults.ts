/** How often made-up subgraphs fail, and in which ways. */
/** In how many of a hundred fields each happens. */
export interface Faults {
  readonly nulls: number;
  readonly errors: number;
  readonly missing: number;
  readonly wrongLeaves: number;
  /** Lists, objects and leaves in each other's place. */
  readonly wrongShapes: number;
  /** In how many of a hundred services. */
  readonly deadServices: number;
}

export const NO_FAULTS: Faults = {
  nulls: 0,
  errors: 0,
  missing: 0,
  wrongLeaves: 0,
  wrongShapes: 0,
  deadServices: 0,
};
