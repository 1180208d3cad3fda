/** `npm run import -- settlement`: a payment provider's payout file, in one request, however often it is sent. */
import { z } from 'zod';
import { ConfigurationError } from '../../platform/config.js';
import type { GatewayClient } from './gateway-client.js';

const IMPORT = `mutation ($input: ImportSettlementInput!) { importSettlement(input: $input) {
  settlement { lines known matched gross { amount } fees { amount } } userErrors { message } } }`;

const money = z.object({ amount: z.number() }).transform(({ amount }) => amount);
const counts = { lines: z.number(), known: z.number(), matched: z.number() };
const shape = z.object({
  settlement: z.object({ ...counts, gross: money, fees: money }).nullable(),
  userErrors: z.array(z.object({ message: z.string() })),
});

export type ImportedSettlement = NonNullable<z.output<typeof shape>['settlement']>;

/** @throws ConfigurationError in words for the operator: for a file that is refused, with where and why. */
export async function importSettlementFile(
  client: GatewayClient,
  provider: string | undefined,
  file: Uint8Array,
): Promise<ImportedSettlement> {
  const named = provider?.toUpperCase();
  if (named !== 'MIDTRANS' && named !== 'XENDIT')
    throw new ConfigurationError('Say whose payout file it is: --provider midtrans or --provider xendit.');
  const input = { provider: named, csv: textOf(file) };
  const { settlement, userErrors } = await client.execute({ field: 'importSettlement', shape }, IMPORT, {
    input,
  });
  if (settlement === null) throw new ConfigurationError(userErrors.map(({ message }) => message).join('; '));
  return settlement;
}

export function wordsOf({ lines, known, matched, gross, fees }: ImportedSettlement): string {
  const fresh = lines - known;
  return [
    `Imported: ${lines} lines about payments and refunds, ${known} of them known from before.`,
    `Of ${fresh} new ones ${matched} match and ${fresh - matched} differ (settlementDifferences).`,
    `Gross ${gross}, fees ${fees} rupiah.`,
  ].join(' ');
}

function textOf(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(file);
  } catch {
    throw new ConfigurationError('The file is not UTF-8 text: save it as CSV UTF-8.');
  }
}
