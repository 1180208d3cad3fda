/**
 * Which changes of the schemas of events receivers cannot read. A receiver reads today's events by the released schema, and events that it stored
 * by today's: so fields stay, with their types, and as required as they were; what is new is optional.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What says nothing of which values are valid. */
const WORDS = new Set(['$schema', '$id', 'title', 'description']);

/**
 * @param released by the name of the file, which says type and version.
 * @returns each change in words without a full stop; none of a type whose version was raised.
 */
export function brokenPromises(
  released: Readonly<Record<string, JsonSchema>>,
  today: ReadonlyMap<string, JsonSchema>,
): string[] {
  const types = new Set([...today.keys()].map(typeOf));
  return Object.entries(released).flatMap(([file, before]) => {
    const after = today.get(file);
    if (after !== undefined) return changes(before, after, file.replace('.schema.json', ''));
    return types.has(typeOf(file)) ? [] : [`Event ${typeOf(file)} was removed`];
  });
}

function typeOf(file: string): string {
  return file.replace(/\.v\d+\.schema\.json$/, '');
}

function changes(before: JsonSchema, after: JsonSchema, path: string): string[] {
  if (!isSchema(before.properties) || !isSchema(after.properties)) {
    if (isSchema(before.items) && isSchema(after.items))
      return [...retyped(before, after, path, ['items']), ...changes(before.items, after.items, `${path}[]`)];
    return retyped(before, after, path, []);
  }
  const [fields, todays] = [before.properties, after.properties];
  const [wasRequired, isRequired] = [requiredOf(before), requiredOf(after)];
  const known = Object.entries(fields).flatMap(([name, field]) => {
    const [at, now] = [`${path}.${name}`, todays[name]];
    if (now === undefined) return [`${at} was removed`];
    if (wasRequired.has(name) !== isRequired.has(name))
      return [`${at} became ${isRequired.has(name) ? 'required' : 'optional'}`];
    return isSchema(field) && isSchema(now) ? changes(field, now, at) : [];
  });
  const required = [...isRequired]
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${path}.${name} was added as required`);
  return [...retyped(before, after, path, ['properties', 'required']), ...known, ...required];
}

/** @param apart what is compared field by field. */
function retyped(before: JsonSchema, after: JsonSchema, path: string, apart: readonly string[]): string[] {
  const rulesOf = (schema: JsonSchema) =>
    JSON.stringify(schema, (key, value: unknown) => {
      if (WORDS.has(key)) return undefined;
      return isSchema(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
    });
  const without = (schema: JsonSchema) =>
    Object.fromEntries(Object.entries(schema).filter(([key]) => !apart.includes(key)));
  const [was, is] = [rulesOf(without(before)), rulesOf(without(after))];
  return was === is ? [] : [`${path} changed from ${was} to ${is}`];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requiredOf({ required }: JsonSchema): ReadonlySet<string> {
  return new Set(Array.isArray(required) ? required.map(String) : []);
}
