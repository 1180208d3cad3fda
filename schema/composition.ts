/** Composition as `rover.yaml` configures it: from the subgraphs' schemas to the supergraph's, or to the errors. */
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse, Source } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

const roverSchema = z.object({
  federation_version: z.string(),
  subgraphs: z.record(z.string(), z.object({ routing_url: z.url(), schema: z.object({ file: z.string() }) })),
});

export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  /** The schema's file, as an absolute path. */
  readonly file: string;
  readonly sdl: string;
}

export type Composition =
  | { readonly supergraph: string; readonly hints: readonly string[] }
  | { readonly errors: readonly string[] };

export async function readSubgraphs(roverFile: string): Promise<SubgraphSource[]> {
  const { subgraphs } = roverSchema.parse(parseYaml(await readFile(roverFile, 'utf8')));
  return Promise.all(
    Object.entries(subgraphs).map(async ([name, { routing_url, schema }]) => {
      const file = resolve(dirname(roverFile), schema.file);
      return { name, url: routing_url, file, sdl: await readFile(file, 'utf8') };
    }),
  );
}

export function composeSupergraph(subgraphs: readonly SubgraphSource[]): Composition {
  const services = [];
  for (const { name, url, file, sdl } of subgraphs) {
    try {
      services.push({ name, url, typeDefs: parse(new Source(sdl, relative(process.cwd(), file))) });
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error.toString()] };
      throw error;
    }
  }
  const { errors, supergraphSdl, hints } = composeServices(services);
  if (errors) return { errors: errors.map(readable) };
  const worthReading = hints.filter(({ definition }) => definition.level.name !== 'DEBUG');
  return {
    supergraph: `${supergraphSdl.trim()}\n`,
    hints: worthReading.map(({ definition, message }) => `${definition.code}: ${message}`),
  };
}

/** A composition error with its code and every place in the schemas that it is about. */
function readable(error: GraphQLError): string {
  const places = (error.nodes ?? []).flatMap(({ loc }) =>
    loc ? [`  at ${loc.source.name}:${loc.startToken.line}`] : [],
  );
  return [`${String(error.extensions.code)}: ${error.message}`, ...new Set(places)].join('\n');
}
