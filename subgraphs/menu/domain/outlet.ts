/** Franchises and their outlets. */

export interface Franchise {
  readonly id: string;
  readonly name: string;
}

export interface Outlet {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly city: string;
  readonly address: string;
  /** E.164 */
  readonly phone: string;
  /** IANA name. */
  readonly timeZone: string;
}
