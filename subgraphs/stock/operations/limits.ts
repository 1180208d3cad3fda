/** Bounds of quantities in inputs. */

/** Larger than any stock, and small enough that no figure overflows by one entry. */
export const MAXIMUM_QUANTITY = 1_000_000_000;

/** The largest integer of a figure. */
export const MAXIMUM_ON_HAND = 2_147_483_647;
