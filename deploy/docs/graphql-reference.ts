/** The reference of the supergraph: a page for each kind of type, every field with its arguments, description and deprecation. */
import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import MarkdownIt from 'markdown-it';
import type { Document } from './markdown.js';

const FOLDER = 'docs/graphql';
const markdown = new MarkdownIt();

type Resolve = (href: string) => string;

export function graphqlReference(schema: GraphQLSchema): Document[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const kinds: Readonly<Record<string, readonly GraphQLNamedType[]>> = {
    Queries: types.filter((type) => type === roots[0]),
    Mutations: types.filter((type) => type === roots[1]),
    Subscriptions: types.filter((type) => type === roots[2]),
    Objects: types.filter((type) => isObjectType(type) && !roots.includes(type) && !isConnection(type.name)),
    'Pages of lists': types.filter((type) => isObjectType(type) && isConnection(type.name)),
    'Interfaces and unions': types.filter((type) => isInterfaceType(type) || isUnionType(type)),
    Inputs: types.filter(isInputObjectType),
    Enums: types.filter(isEnumType),
    Scalars: types.filter(isScalarType),
  };
  const pageOf = new Map(
    Object.entries(kinds).flatMap(([kind, all]) => all.map(({ name }) => [name, pathOf(kind)])),
  );
  return Object.entries(kinds).map(([kind, all]) => ({
    path: pathOf(kind),
    section: 'GraphQL',
    title: kind,
    headings: new Set(
      all.flatMap((type) => [type.name, ...fieldsOf(type).map(({ name }) => `${type.name}.${name}`)]),
    ),
    render: (resolve) =>
      `<h1>${kind}</h1>\n${all.map((type) => typeHtml(type, linkOf(pageOf, resolve))).join('\n')}`,
  }));
}

function isConnection(name: string): boolean {
  return /(Connection|Edge)$|^PageInfo$/.test(name);
}

function pathOf(kind: string): string {
  return `${FOLDER}/${kind.toLowerCase().replaceAll(' ', '-')}.md`;
}

type Link = (type: GraphQLType) => string;

function linkOf(pageOf: ReadonlyMap<string, string>, resolve: Resolve): Link {
  return (type) => {
    const { name } = getNamedType(type);
    const page = pageOf.get(name);
    const [before = '', after = ''] = String(type).split(name);
    if (page === undefined) return escaped(String(type));
    return `${escaped(before)}<a href="${resolve(`${page.slice(FOLDER.length + 1)}#${name}`)}">${name}</a>${escaped(after)}`;
  };
}

function typeHtml(type: GraphQLNamedType, link: Link): string {
  const implemented = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  const members = isUnionType(type) ? type.getTypes() : [];
  return [
    `<section><h2 id="${type.name}">${type.name}</h2>`,
    described(type.description),
    implemented.length > 0 ? `<p>Implements ${implemented.map((each) => link(each)).join(', ')}.</p>` : '',
    members.length > 0 ? `<p>One of ${members.map((each) => link(each)).join(', ')}.</p>` : '',
    ...(isEnumType(type)
      ? [
          `<dl>${type
            .getValues()
            .map((value) => `<dt><code>${value.name}</code></dt><dd>${described(value.description)}</dd>`)
            .join('')}</dl>`,
        ]
      : fieldsOf(type).map((field) => fieldHtml(type.name, field, link))),
    '</section>',
  ].join('\n');
}

type Field = GraphQLField<unknown, unknown> | GraphQLInputField;

function fieldsOf(type: GraphQLNamedType): readonly Field[] {
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    ? Object.values(type.getFields())
    : [];
}

function fieldHtml(typeName: string, field: Field, link: Link): string {
  const args = 'args' in field ? field.args : [];
  return [
    `<h3 id="${typeName}.${field.name}"><code>${field.name}: ${link(field.type)}</code></h3>`,
    field.deprecationReason == null
      ? ''
      : `<p class="deprecated">Deprecated: ${escaped(field.deprecationReason)}</p>`,
    described(field.description),
    args.length === 0
      ? ''
      : `<dl>${args.map((arg) => `<dt><code>${arg.name}: ${link(arg.type)}</code></dt><dd>${described(arg.description)}</dd>`).join('')}</dl>`,
  ].join('\n');
}

function described(description: string | null | undefined): string {
  return description == null ? '' : markdown.render(description);
}

function escaped(text: string): string {
  return markdown.utils.escapeHtml(text);
}
