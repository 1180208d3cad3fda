/** Categories of the chain's own: a guest's way through the menu, in the order that head office gives them. */

export interface Category {
  readonly id: string;
  readonly name: string;
  /** Null where it is the same. */
  readonly nameEn: string | null;
  /** Categories are listed by it, then by age. */
  readonly position: number;
  readonly isArchived: boolean;
  readonly version: number;
}

/** Of a category. */
export interface CategoryColumns {
  readonly name: string;
  readonly nameEn: string | null;
  readonly position: number;
}
