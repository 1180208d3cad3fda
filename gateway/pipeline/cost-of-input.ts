/** What the input objects given to a field cost: the weights of their fields, wherever they are nested. */
import {
  type GraphQLNamedInputType,
  getNamedType,
  isInputObjectType,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { CostView } from '../supergraph/costs.js';

export type InputCost = (variables: Readonly<Record<string, unknown>>) => number;

/** @returns undefined for what costs nothing whatever is given. */
export function costOfInput(
  view: CostView,
  type: GraphQLNamedInputType,
  given: ValueNode,
  defaults: Readonly<Record<string, unknown>>,
): InputCost | undefined {
  if (!view.weightedInputs.has(type.name)) return undefined;
  return (variables) => costOfValue(view, type, valueFromASTUntyped(given, { ...defaults, ...variables }));
}

function costOfValue(view: CostView, type: GraphQLNamedInputType, value: unknown): number {
  if (!isInputObjectType(type) || !view.weightedInputs.has(type.name)) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + costOfValue(view, type, one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const fields = type.getFields();
  return Object.entries(value).reduce((sum, [name, inner]) => {
    const field = fields[name];
    if (field === undefined) return sum;
    const own = view.weights.get(`${type.name}.${name}`) ?? 0;
    return sum + own + costOfValue(view, getNamedType(field.type), inner);
  }, 0);
}
