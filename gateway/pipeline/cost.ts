/**
 * Estimates the maximum cost of an operation before it is executed, by the IBM cost specification that Apollo follows: an object
 * costs 1 and a leaf 0 unless `@cost` sets a weight, and a list costs that times the length that `@listSize` and its slicing
 * arguments allow. The estimate is compiled once per operation and evaluated with the variables of each request.
 */
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { fragmentsOf } from '../execution/document.js';
import { ASSUMED_LIST_SIZE, type CostView, type ListSize } from '../supergraph/costs.js';

export interface CostEstimate {
  readonly cost: number;
  /** The largest page that a slicing argument requests; 0 for none. */
  readonly largestPage: number;
}

export type EstimateCost = (variables: Readonly<Record<string, unknown>>) => CostEstimate;

/** What a slicing argument was given. */
type Slice = { readonly variable: string; readonly fallback: number | undefined } | number;

interface Size {
  readonly slices: readonly Slice[];
  readonly assumed: number;
}

/** The weights of the fields of an input object, however deeply they are nested. */
type InputCost = (variables: Readonly<Record<string, unknown>>) => number;

interface Cost {
  /** Of one of what the field returns. */
  readonly own: number;
  /** Of what it is given: its arguments, and the input objects in them. */
  readonly given: number;
  readonly inputs: readonly InputCost[];
  /** The sizes that the field's arguments request, of itself or of a field of what it returns. */
  readonly page: Size | undefined;
  /** Undefined for what is no list. */
  readonly size: Size | undefined;
  readonly inner: readonly Cost[];
}

const MUTATION_COST = 10;
const UNKNOWN_SIZE: Size = { slices: [], assumed: ASSUMED_LIST_SIZE };

export function compileCost(
  schema: GraphQLSchema,
  view: CostView,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): EstimateCost {
  const sources = fragmentsOf(document);
  const defaults = defaultsOf(operation);
  const fragments = new Map<string, readonly Cost[]>();

  function ofFragment(name: string, sized: SizedFields): readonly Cost[] {
    const known = sized.size === 0 ? fragments.get(name) : undefined;
    if (known !== undefined) return known;
    const source = sources.get(name);
    const type = source && schema.getType(source.typeCondition.name.value);
    const found = source && isCompositeType(type) ? ofSelections(source.selectionSet, type, sized) : [];
    if (sized.size === 0) fragments.set(name, found);
    return found;
  }

  function ofSelections(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    sized: SizedFields,
  ): readonly Cost[] {
    return selections.flatMap((selection): readonly Cost[] => {
      if (selection.kind === Kind.FIELD) return ofField(selection, parent, sized);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, sized);
      const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
      return ofSelections(selection.selectionSet, isCompositeType(condition) ? condition : parent, sized);
    });
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType, sized: SizedFields): readonly Cost[] {
    const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return [];
    const coordinate = `${parent.name}.${field.name}`;
    const type = getNamedType(field.type);
    const listSize = view.listSizes.get(coordinate);
    const page = listSize && sizeOf(listSize, field, node.arguments ?? []);
    const isComposite = isCompositeType(type);
    return [
      {
        own: view.weights.get(coordinate) ?? view.weights.get(type.name) ?? (isComposite ? 1 : 0),
        given: weightOfArguments(coordinate, node),
        inputs: inputsOf(field, node),
        page,
        size: isList(field.type) ? (sized.get(field.name) ?? page ?? UNKNOWN_SIZE) : undefined,
        inner:
          isComposite && node.selectionSet
            ? ofSelections(node.selectionSet, type, sizedFieldsOf(listSize, page))
            : [],
      },
    ];
  }

  function sizeOf(
    { slicingArguments, assumedSize }: ListSize,
    field: GraphQLField<unknown, unknown>,
    given: readonly ArgumentNode[],
  ): Size {
    const slices = slicingArguments.flatMap((name): Slice[] => {
      const value = given.find((argument) => argument.name.value === name)?.value;
      const fallback = numberOf(field.args.find((argument) => argument.name === name)?.defaultValue);
      if (value?.kind === Kind.INT) return [Number(value.value)];
      if (value?.kind !== Kind.VARIABLE) return fallback === undefined ? [] : [fallback];
      return [{ variable: value.name.value, fallback: numberOf(defaults[value.name.value]) ?? fallback }];
    });
    return { slices, assumed: assumedSize };
  }

  function weightOfArguments(coordinate: string, { arguments: given = [] }: FieldNode): number {
    return given.reduce((sum, { name }) => sum + (view.weights.get(`${coordinate}(${name.value}:)`) ?? 0), 0);
  }

  function inputsOf(
    { args }: GraphQLField<unknown, unknown>,
    { arguments: given = [] }: FieldNode,
  ): readonly InputCost[] {
    return given.flatMap(({ name, value }) => {
      const argument = args.find((one) => one.name === name.value);
      return (argument && costOfInput(view, getNamedType(argument.type), value, defaults)) ?? [];
    });
  }

  const root = schema.getRootType(operation.operation);
  const costs = root ? ofSelections(operation.selectionSet, root, NO_SIZES) : [];
  const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
  return (variables) => {
    let largestPage = 0;
    const lengthOf = ({ slices, assumed }: Size): number => {
      const given = slices.flatMap((slice) => {
        const length = typeof slice === 'number' ? slice : lengthGiven(slice, variables);
        // A subgraph decides what a negative length means, so it counts as not given.
        return length === undefined || length < 0 ? [] : [length];
      });
      if (given.length === 0) return assumed;
      largestPage = Math.max(largestPage, ...given);
      return Math.max(...given);
    };
    const total = ({ own, given, inputs, page, size, inner }: Cost): number => {
      if (page !== undefined) lengthOf(page);
      const times = size === undefined ? 1 : lengthOf(size);
      return (
        inputs.reduce((sum, input) => sum + input(variables), given) +
        times * inner.reduce((sum, one) => sum + total(one), own)
      );
    };
    return { cost: costs.reduce((sum, one) => sum + total(one), base), largestPage };
  };
}

/** @returns undefined for an argument that costs nothing whatever its value is. */
function costOfInput(
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

/** A variable that is null has no default: the subgraph receives null and decides. */
function lengthGiven(
  { variable, fallback }: Exclude<Slice, number>,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  return Object.hasOwn(variables, variable) ? numberOf(variables[variable]) : fallback;
}

type SizedFields = ReadonlyMap<string, Size>;

const NO_SIZES: SizedFields = new Map();

function sizedFieldsOf(listSize: ListSize | undefined, size: Size | undefined): SizedFields {
  if (listSize === undefined || size === undefined || listSize.sizedFields.length === 0) return NO_SIZES;
  return new Map(listSize.sizedFields.map((name) => [name, size]));
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  );
}

function isList(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isList(type.ofType) : isListType(type);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : undefined;
}
