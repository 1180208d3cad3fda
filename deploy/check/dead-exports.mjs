/**
 * Fails for exports that no other file imports. Imports are read syntactically: by name, and as members of `import * as`. A
 * dynamic import uses everything its file exports. A type that its own file uses is part of what the file exports.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

/** Written by generators: they import what is ours, and export what they like. */
const GENERATED = /^(schema\/types\/|web\/.*operations\.ts$)/;
/** Read by tools or by convention: all their exports are used. */
const ENTRIES =
  /^(vitest\.config\.ts|web\/vite\.config\.ts|bench\/peers\/.*|tests\/support\/(postgres\.ts|final-line\.ts|typescript-hooks\.mjs))$/;
/** Found in its folder when its subgraph starts. */
const CONSUMER = /^subgraphs\/[^/]+\/events\/[^/]+\.ts#consumer$/;

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '');

const sources = new Set(files);

/** file → exported name → line */
const exported = new Map();
/** `file#name`; `file#*` where every export may be used. */
const used = new Set();

for (const file of files) read(file);

for (const [file, names] of exported) {
  if (ENTRIES.test(file) || GENERATED.test(file) || used.has(`${file}#*`)) continue;
  for (const [name, line] of names) {
    if (used.has(`${file}#${name}`) || CONSUMER.test(`${file}#${name}`)) continue;
    console.error(`${file}:${line} exports ${name}, which no other file imports`);
    process.exitCode = 1;
  }
}

function read(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const names = new Map();
  exported.set(file, names);
  const namespaces = new Map();
  const add = (name) => names.set(name.text, source.getLineAndCharacterOfPosition(name.getStart()).line + 1);

  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) readImport(statement);
    else if (ts.isExportDeclaration(statement)) readReexport(statement);
    else if (isExported(statement)) {
      if (ts.isVariableStatement(statement)) {
        for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) add(name);
      } else if (statement.name !== undefined && !isUsedType(statement)) add(statement.name);
    }
  }
  visit(source);

  function isUsedType(statement) {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return isType && source.text.match(new RegExp(`\\b${statement.name.text}\\b`, 'g')).length > 1;
  }

  function readImport({ importClause, moduleSpecifier }) {
    const target = resolve(file, moduleSpecifier.text);
    const bindings = importClause?.namedBindings;
    if (target === undefined || bindings === undefined) return;
    if (ts.isNamespaceImport(bindings)) namespaces.set(bindings.name.text, target);
    else for (const { name, propertyName } of bindings.elements) use(target, propertyName ?? name);
  }

  function readReexport({ exportClause, moduleSpecifier }) {
    const target = moduleSpecifier && resolve(file, moduleSpecifier.text);
    if (exportClause === undefined) {
      if (target !== undefined) used.add(`${target}#*`);
      return;
    }
    if (!ts.isNamedExports(exportClause)) return;
    for (const { name, propertyName } of exportClause.elements) {
      add(name);
      if (target !== undefined) use(target, propertyName ?? name);
    }
  }

  function visit(node) {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const target = namespaces.get(node.expression.text);
      if (target !== undefined) use(target, node.name);
    } else if (ts.isQualifiedName(node) && ts.isIdentifier(node.left)) {
      const target = namespaces.get(node.left.text);
      if (target !== undefined) use(target, node.right);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      const target = specifier && ts.isStringLiteral(specifier) && resolve(file, specifier.text);
      if (target) used.add(`${target}#*`);
    }
    ts.forEachChild(node, visit);
  }
}

function isExported(statement) {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function use(target, name) {
  used.add(`${target}#${name.text}`);
}

/** A file of the project; undefined for packages. */
function resolve(importer, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const source = normalize(join(dirname(importer), specifier)).replace(/\.js$/, '.ts');
  return sources.has(source) ? source : source.replace(/\.ts$/, '.tsx');
}
