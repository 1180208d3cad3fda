/**
 * Part of `npm run check`: every type, field, argument and enum value that clients see has a description, and every deprecation a reason
 * that says since when (`YYYY-MM-DD`).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { apiSchemaOf } from './api-schema.js';

interface Described {
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

const DATE = /\b\d{4}-\d{2}-\d{2}\b/;

/** @returns a sentence for each fault, with its schema coordinate. */
export function faultsOfDescriptions(schema: GraphQLSchema): string[] {
  return [...described(schema)].flatMap(([coordinate, { description, deprecationReason }]) => [
    ...(description ? [] : [`${coordinate} has no description`]),
    ...(deprecationReason == null || DATE.test(deprecationReason)
      ? []
      : [`${coordinate} is deprecated without a date`]),
  ]);
}

function* described(schema: GraphQLSchema): Generator<readonly [coordinate: string, Described]> {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    if (!(isObjectType(type) && roots.has(type))) yield [type.name, type];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field];
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
    }
  }
}

async function run(): Promise<void> {
  const sdl = await readFile(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8');
  const faults = faultsOfDescriptions(apiSchemaOf(sdl));
  if (faults.length === 0) return;
  process.exitCode = 1;
  console.error(
    `${faults.join('\n')}\n\nDescribe it in schema/<subgraph>.graphql, and run "npm run compose".`,
  );
}

if (process.argv[1]?.endsWith('descriptions.js')) await run();
