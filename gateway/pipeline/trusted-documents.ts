/**
 * The only operations that are executed where a manifest is given, in the format of Apollo's persisted queries
 * (`generate-persisted-query-manifest`). They are found by id, or by text regardless of formatting.
 */
import { readFile } from 'node:fs/promises';
import { GraphQLError, parse, print } from 'graphql';
import { z } from 'zod';
import { ConfigurationError } from '../../platform/config.js';
import { ErrorCode } from '../../platform/errors.js';
import { Refusal } from './refusal.js';

const manifestSchema = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});

export interface ListedDocument {
  readonly id: string;
  readonly body: string;
}

/** How many times as long as the longest listed text one may be: indented more deeply, commented. */
const LAYOUT = 4;

export class TrustedDocuments {
  readonly #byId = new Map<string, string>();
  readonly #texts = new Set<string>();
  readonly #longest: number;

  /** @throws GraphQLError when a body does not parse. */
  constructor(operations: readonly ListedDocument[]) {
    for (const { id, body } of operations) {
      this.#byId.set(id, body);
      this.#texts.add(body).add(print(parse(body)));
    }
    this.#longest = LAYOUT * [...this.#texts].reduce((most, { length }) => Math.max(most, length), 0);
  }

  /** @param own the gateway's own operations, and those of its screens. @throws ConfigurationError */
  static async read(file: string, own: readonly ListedDocument[] = []): Promise<TrustedDocuments> {
    const operations = await readManifest(file);
    try {
      return new TrustedDocuments([...operations, ...own]);
    } catch (error) {
      throw noManifest(file, error);
    }
  }

  /** @throws Refusal for an id that is not listed. */
  bodyOf(id: string): string {
    const body = this.#byId.get(id);
    if (body === undefined) throw untrusted();
    return body;
  }

  /** @param maxTokens no text of more is read to its end. @throws Refusal for a text that is not listed. */
  demand(source: string, maxTokens: number): void {
    if (this.#texts.has(source)) return;
    if (source.length > this.#longest || !this.#texts.has(laidOut(source, maxTokens))) throw untrusted();
  }
}

/** @throws ConfigurationError */
export async function readManifest(file: string): Promise<readonly ListedDocument[]> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(file, 'utf8'))).operations;
  } catch (error) {
    throw noManifest(file, error);
  }
}

function noManifest(file: string, error: unknown): ConfigurationError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ConfigurationError(`${file} is no persisted query manifest: ${reason}`);
}

function laidOut(source: string, maxTokens: number): string {
  try {
    return print(parse(source, { noLocation: true, maxTokens }));
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof RangeError) throw untrusted();
    throw error;
  }
}

function untrusted(): Refusal {
  return Refusal.of(ErrorCode.FORBIDDEN, 'Only listed operations are run here', { status: 403 });
}
