/**
 * Part of `npm run check`: what is said to people is said in Indonesian, too. Every message that the sources raise an error, a user error
 * or a notification with must be in the catalogue, `platform/language/messages.ts`. (That each code has one, its type demands.) What the cells
 * of an imported file should hold is said in English alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { isTranslated } from '../../platform/language/translate.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

const FOLDERS = ['gateway', 'platform', 'subgraphs'];
const SOURCES =
  /^(platform\/errors\.ts|platform\/(bus|identity|kit|outlet-settings|subgraph)\/.*|gateway\/(http|pipeline|subscriptions)\/.*|subgraphs\/[a-z-]+\/(domain|operations(?!\/bulk)|resolvers|store)\/.*|subgraphs\/customer\/events\/notices\.ts)$/;

/** Said to programs: by protocols, and to the gateway by a subgraph. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['PersistedQueryNotFound', 'Not the gateway']);

/** The functions that take a message, and which of their arguments it is. */
const MESSAGE_ARGUMENTS: Readonly<Record<string, readonly number[]>> = {
  'UserFault.of': [1],
  'Refusal.of': [1],
  requestError: [1],
  GraphQLError: [0],
  problem: [0],
  ofOrder: [1, 2],
  ofPayment: [1, 2],
  ofDispute: [1, 2],
};
/** Methods of zod's schemas whose message is the last argument. */
const RULES: ReadonlySet<string> = new Set(['refine', 'regex', 'min', 'max']);
/** A name of what holds a message before it is raised. */
const HOLDER = /^(message|title|body)$/;

/** What the catalogue lacks, a sentence each. */
export function untranslatedMessages(project: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(project, folder)))
    .flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file.replaceAll('\\', '/')}`,
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && SOURCES.test(file))
    .toSorted()
    .flatMap((file) =>
      messagesIn(join(project, file))
        .filter((message) => !FOR_PROGRAMS.has(message) && !isTranslated(message))
        .map((message) => `${file}: platform/language/messages.ts lacks "${message}"`),
    );
}

function messagesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    for (const expression of messagesOf(node)) for (const text of textsOf(expression)) found.add(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

function messagesOf(node: ts.Node): readonly (ts.Expression | undefined)[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return messageArguments(node);
  const isHolder =
    (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && HOLDER.test(node.name.getText());
  return isHolder ? [node.initializer] : [];
}

function messageArguments(
  call: ts.CallExpression | ts.NewExpression,
): readonly (ts.Expression | undefined)[] {
  const { expression } = call;
  const given = [...(call.arguments ?? [])];
  const name = expression.getText();
  if (/fault$/i.test(name))
    return given.filter((argument) => textsOf(argument).some((text) => / /.test(text)));
  const method = ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
  if (RULES.has(method)) return given.slice(1);
  return (MESSAGE_ARGUMENTS[name] ?? []).map((place) => given[place]);
}

/** The texts that an expression can be, with a digit for each value in them. */
function textsOf(expression: ts.Expression | undefined): string[] {
  if (expression === undefined) return [];
  if (ts.isStringLiteralLike(expression)) return expression.text === '' ? [] : [expression.text];
  if (ts.isTemplateExpression(expression))
    return [
      expression.head.text + expression.templateSpans.map(({ literal }) => `7${literal.text}`).join(''),
    ];
  if (ts.isConditionalExpression(expression))
    return [...textsOf(expression.whenTrue), ...textsOf(expression.whenFalse)];
  return ts.isParenthesizedExpression(expression) ? textsOf(expression.expression) : [];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const sentence of untranslatedMessages(PROJECT_FOLDER)) {
    console.error(sentence);
    process.exitCode = 1;
  }
}
