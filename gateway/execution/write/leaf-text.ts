/**
 * Leaf values as JSON text, checked against their type: what a subgraph sends that its type does not allow never reaches
 * the client. Enum values are checked against what clients may see, so an `@inaccessible` one is as wrong as an unknown
 * one. A custom scalar is its subgraph's business and passes as it is.
 */
import { type GraphQLLeafType, isEnumType } from 'graphql';
import { jsonText, quote } from '../run/json-text.js';

/** The value's text, or undefined where the type does not allow it. */
export type LeafText = (value: unknown) => string | undefined;

function numberText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function integerText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  return Number.isInteger(value) && Math.abs(Number(value)) < 1e21 ? String(value) : undefined;
}

function stringText(value: unknown): string | undefined {
  return typeof value === 'string' ? quote(value) : undefined;
}

const BUILT_IN: Readonly<Record<string, LeafText>> = {
  Int: integerText,
  Float: numberText,
  String: stringText,
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  ID: (value) => stringText(value) ?? idText(value),
};

/** An ID is a string to clients, also where its subgraph has an integer. */
function idText(value: unknown): string | undefined {
  const text = integerText(value);
  return text && `"${text}"`;
}

function anyText(value: unknown): string | undefined {
  try {
    return jsonText(value);
  } catch {
    return undefined;
  }
}

export function leafText(type: GraphQLLeafType): LeafText {
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ name }) => [name, quote(name)]));
    return (value) => (typeof value === 'string' ? texts.get(value) : undefined);
  }
  return BUILT_IN[type.name] ?? anyText;
}
