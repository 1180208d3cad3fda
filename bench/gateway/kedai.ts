/**
 * Kedai's own supergraph and the query of a manager's screen, on answers generated from the schemas: enough rows to fill a
 * screen, with the same guests and drinks repeated, as in a shop.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  type GraphQLOutputType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { parse as parseYaml } from 'yaml';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { Scene } from './scene.js';

const ROWS = 12;

function readSubgraphs(): Scene['subgraphs'] {
  const { subgraphs } = parseYaml(readFileSync(join(PROJECT_FOLDER, 'rover.yaml'), 'utf8'));
  return Object.keys(subgraphs).map((name) => {
    const sdl = readFileSync(join(PROJECT_FOLDER, subgraphs[name].schema.file), 'utf8');
    return { name, typeDefs: parse(sdl) };
  });
}

/** One of a few ids of a type. */
function idAt(typename: string, place: string): string {
  const sum = [...place].reduce((total, char) => (total * 31 + char.charCodeAt(0)) % 10_007, 7);
  return `${typename}-${sum % 7}`;
}

/** A value of a type that depends on its position alone. */
function madeUp(type: GraphQLOutputType, place: string): unknown {
  if (isNonNullType(type)) return madeUp(type.ofType, place);
  if (isListType(type))
    return Array.from({ length: ROWS }, (_, row) => madeUp(type.ofType, `${place}.${row}`));
  if (isObjectType(type)) return { __typename: type.name, id: idAt(type.name, place) };
  if (isAbstractType(type)) return null;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  switch (type.name) {
    case 'Boolean':
      return true;
    case 'Int':
    case 'Float':
    case 'SafeInt':
      return place.length * 100;
    default:
      return `${place} of the made-up day`;
  }
}

const subgraphs = readSubgraphs();
const schemas = new Map(subgraphs.map(({ name, typeDefs }) => [name, buildSubgraphSchema({ typeDefs })]));

export const KEDAI: Scene = {
  name: 'kedai',
  subgraphs,
  operations: {
    dashboard: {
      query: `query Dashboard($outletId: ID!) {
        outlet(id: $outletId) { id name city }
        kitchenQueue(outletId: $outletId) {
          id number status placedAt estimatedReadyAt
          customer { id name loyalty { tier points } }
          lines {
            quantity note options { name }
            menuItem { id name isLimited availability(outletId: $outletId) { inStock servings } }
          }
          total { amount currency }
          payment { id status method }
        }
        stockItems(outletId: $outletId, belowReorderPoint: true, first: 20) {
          nodes { id ingredient { name } unit onHand reserved available reorderPoint shelves { id lastReadingAt } }
        }
      }`,
      variables: { outletId: 'Outlet-1' },
    },
  },
  async answer(name, document, variableValues) {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`No subgraph ${name}`);
    return execute({
      schema,
      document,
      variableValues,
      fieldResolver: (source, _args, _context, { fieldName, parentType, returnType }) => {
        const known: unknown = Object.entries(source ?? {}).find(([key]) => key === fieldName)?.[1];
        return known ?? madeUp(returnType, `${source?.id ?? parentType.name}.${fieldName}`);
      },
    });
  },
};
