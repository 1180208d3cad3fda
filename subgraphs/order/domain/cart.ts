/** A customer's cart at an outlet and its lines, as records. */
import type { RequestedLine } from './requested-line.js';

export interface CartRecord {
  readonly id: string;
  readonly customerId: string;
  readonly outletId: string;
}

export interface CartLineRecord extends RequestedLine {
  readonly id: string;
  readonly cartId: string;
}
