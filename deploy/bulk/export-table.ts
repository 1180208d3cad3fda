/** Exports a table through the gateway, page by page. */
import { z } from 'zod';
import { type CsvRow, readCsv, writeCsv } from '../../platform/kit/csv.js';
import type { GatewayClient } from './gateway-client.js';
import { withIngredientNames } from './ingredient-names.js';
import type { Kind } from './kinds.js';

const PAGE_SIZE = 100;

const pageShape = z.object({
  csv: z.string(),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});

export interface ExportRequest {
  /** Null for every outlet of the caller's. */
  readonly outletId: string | null;
  /** Leaves out the columns of ids, for another chain. */
  readonly withoutIds: boolean;
}

/** @returns the table as CSV, with a header. */
export async function exportTable(
  client: GatewayClient,
  kind: Kind,
  request: ExportRequest,
): Promise<string> {
  const rows: CsvRow[] = [];
  let header: CsvRow = { line: 1, cells: [] };
  let after: string | null = '';
  while (after !== null) {
    const { csv, pageInfo }: z.output<typeof pageShape> = await requestPage(client, kind, request, after);
    const [first, ...others] = readCsv(csv);
    if (first !== undefined) header = first;
    rows.push(...others);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  }
  const named = await withIngredientNames(client, kind, header, rows);
  const dropped = request.withoutIds ? kind.ids : [];
  const isWritten = header.cells.map((name) => !dropped.includes(name));
  return writeCsv([header, ...named].map(({ cells }) => cells.filter((_cell, index) => isWritten[index])));
}

function requestPage(client: GatewayClient, kind: Kind, { outletId }: ExportRequest, after: string) {
  const table = kind.table === null ? '' : `kind: ${kind.table}, `;
  const source = `query (${kind.isOfOutlets ? '$outletId: ID, ' : ''}$first: Int, $after: String) {
    ${kind.exportBy}(${table}${kind.isOfOutlets ? 'outletId: $outletId, ' : ''}first: $first, after: $after) {
      csv pageInfo { hasNextPage endCursor } } }`;
  const operation = { field: kind.exportBy, shape: pageShape };
  return client.execute(operation, source, {
    first: PAGE_SIZE,
    after,
    ...(kind.isOfOutlets && { outletId }),
  });
}
