/** What a resolver's parent is, where it is not the type's own fields. */
import type * as records from './store/records.js';

export type Payment = records.Payment;

export type Refund = records.Refund;

/** Owned elsewhere: its id is all there is here. */
export interface Order {
  readonly id: string;
}
