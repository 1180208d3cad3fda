/** A customer's cart at an outlet and its lines, as records. */
import type { RequestedLine } from './requested-line.js';

export interface CartRecord {
  readonly id: string;
  readonly customerId: string;
  readonly outletId: string;
}

/** A line as it is put into a cart. */
export interface NewCartLine extends RequestedLine {
  /** One unit with its options, less its promotion, as the guest saw it; null where it could not be ordered. */
  readonly shownPrice: number | null;
}

/** `shownPrice` is null in lines from before it was stored, too. */
export interface CartLineRecord extends NewCartLine {
  readonly id: string;
  readonly cartId: string;
}
