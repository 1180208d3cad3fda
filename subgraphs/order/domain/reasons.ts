/** Why orders end, where it is Kedai and no person that says so: translated for readers, as free text is not. */
export const REASONS = {
  outOfStock: 'Out of stock',
  notPaid: 'Not paid in time',
  byGuest: 'Cancelled by the guest',
  byOutlet: 'Cancelled by the outlet',
} as const;

const OWN: ReadonlySet<string> = new Set(Object.values(REASONS));

export function isOwnReason(reason: string): boolean {
  return OWN.has(reason);
}
