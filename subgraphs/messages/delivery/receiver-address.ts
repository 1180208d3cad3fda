/**
 * Where webhooks and pushes may be posted to: `https` on the public internet. What is private, loopback, link-local, shared, multicast, reserved or
 * made for documentation is refused, in whatever form an address embeds it. With private addresses allowed, for development, these are
 * allowed as well, and `http` to them alone.
 */
import { lookup, Resolver } from 'node:dns/promises';
import { isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net';
import { Address4, Address6 } from 'ip-address';

/** The addresses of a host; none where it has none. Rejects where that cannot be found out. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface ReceiverRules {
  readonly allowsPrivate: boolean;
  readonly resolve: Resolve;
}

/** The URL or its addresses are refused; the message says why, for people. */
export class ReceiverRefused extends Error {
  override readonly name = 'ReceiverRefused';
}

const LONGEST_URL = 2_048;
const LOWEST_OPEN_PORT = 1_024;
/** RFC 6761, RFC 6762, RFC 8375, and what private networks are named by. */
const INSIDE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$/i;

/** @throws ReceiverRefused for a URL that is refused whatever its host's addresses are. */
export function receiverUrl(text: string, { allowsPrivate }: Pick<ReceiverRules, 'allowsPrivate'>): URL {
  const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || (allowsPrivate && url?.protocol === 'http:');
  if (url === undefined || !isWeb)
    throw new ReceiverRefused('A webhook has an https URL of at most 2048 characters');
  if (url.username !== '' || url.password !== '')
    throw new ReceiverRefused('The URL of a webhook has no user name and no password');
  if (allowsPrivate) return url;
  if (url.port !== '' && Number(url.port) < LOWEST_OPEN_PORT)
    throw new ReceiverRefused('The port of a webhook is 443, or one from 1024 on');
  const host = hostOf(url);
  const isName = isIP(host) === 0;
  if (isName && (INSIDE_NAME.test(host) || !host.includes('.'))) throw notPublic();
  if (!isName && !isGlobal(host)) throw notPublic();
  return url;
}

/**
 * The addresses of the host that may be connected to; none where it has none.
 * @throws ReceiverRefused where it has others alone.
 */
export async function receiverAddresses(
  url: URL,
  { allowsPrivate, resolve }: ReceiverRules,
): Promise<readonly string[]> {
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await resolve(host) : [host];
  const mayConnect = (address: string) => (isGlobal(address) ? url.protocol === 'https:' : allowsPrivate);
  const permitted = found.filter(mayConnect);
  if (found.length > 0 && permitted.length === 0) {
    throw url.protocol === 'http:'
      ? new ReceiverRefused('A webhook on the internet has an https URL')
      : notPublic();
  }
  return permitted;
}

/** Looks hosts up for connections that are kept open: each is made to an address that was checked for it. `https` alone where private addresses are refused. */
export function checkedLookup(rules: ReceiverRules): LookupFunction {
  return (host, { all }, callback) => {
    const answers = async () => {
      const found = await rules.resolve(host.replace(/\.$/, ''));
      const permitted = found.filter((address) => rules.allowsPrivate || isGlobal(address));
      if (permitted.length === 0) throw notPublic();
      return permitted.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    };
    answers().then(
      (permitted) =>
        all ? callback(null, permitted) : callback(null, permitted[0]?.address ?? '', permitted[0]?.family),
      (error: unknown) =>
        callback(error instanceof Error ? error : new Error('The host cannot be looked up'), ''),
    );
  };
}

/** Without the brackets of IPv6, and the dot at the end of a name that is whole. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Of IPv6 addresses that carry one of IPv4, such as mapped ones and those of NAT64, the one inside counts. */
function isGlobal(address: string): boolean {
  if (isIP(address) === 0) return false;
  return isIPv4(address) ? new Address4(address).isGlobal() : new Address6(address).isGlobal();
}

function notPublic(): ReceiverRefused {
  return new ReceiverRefused('The address of a webhook is on the public internet');
}

const RESOLVER = { timeout: 2_000, tries: 2 };

/** By the name servers alone: no hosts file, no search domains, and no thread of the process is held by a slow one. */
export const resolvePublicly: Resolve = async (host) => {
  const resolver = new Resolver(RESOLVER);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const [failed] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  if (found.length === 0 && failed !== undefined) throw failed;
  return found;
};

/** As the machine does, for development: `localhost` and the names of containers are known. */
export const resolveLocally: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);
