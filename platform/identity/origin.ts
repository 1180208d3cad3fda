/** Where a request came from, as the gateway saw it. It is recorded with the changes that the request makes, and nowhere else. */
export interface Origin {
  /** The client's address, by the gateway's rule for trusted proxies. */
  readonly address: string;
  /** What the client calls itself, at most 256 characters; null where it does not say. */
  readonly userAgent: string | null;
}

const MAXIMUM_USER_AGENT = 256;

export function originOf(address: string, userAgent: string | undefined): Origin {
  return { address, userAgent: userAgent?.slice(0, MAXIMUM_USER_AGENT) || null };
}
