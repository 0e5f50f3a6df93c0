import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { errorCodes, errorDescriptions } from '@syncytium/fusion';
import { markdownTable } from '../markdown-table.js';

/** Every error class of every package: what its comment says of it, and its codes; then the codes of Fusion. */
export function errorsPage(root: string): string {
  const packages = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => {
      const path = join(root, folder, name);
      const { name: title } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string };
      return { title, files: errorFilesOf(join(path, 'src')) };
    }),
  );
  const rows = rowsByFile(
    root,
    packages.flatMap(({ files }) => files),
  );
  const sections = packages
    .filter(({ files }) => files.length > 0)
    .flatMap(({ title, files }) => [
      `## ${title}`,
      markdownTable(
        ['error', 'is a', 'codes', 'when'],
        files.flatMap((file) => rows.get(file) ?? []),
      ),
    ]);
  const codes = errorCodes.map((code) => [String(code), errorDescriptions[code]]);
  return [...sections, '## Codes of Fusion', markdownTable(['code', 'what is wrong'], codes)].join('\n\n');
}

function errorFilesOf(source: string): string[] {
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = ['.', ...folders.map(({ name }) => name).sort()].map((folder) => join(source, folder, 'errors.ts'));
  return files.filter((file) => existsSync(file));
}

/** The compiler knows which texts a class's `code` can be. */
function rowsByFile(root: string, files: readonly string[]): ReadonlyMap<string, readonly string[][]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const program = ts.createProgram(files, { ...options, composite: false, noEmit: true });
  const checker = program.getTypeChecker();
  return new Map(
    files.map((file) => [
      file,
      (program.getSourceFile(file)?.statements ?? []).flatMap((statement) =>
        ts.isClassDeclaration(statement) ? [rowOf(statement, checker)] : [],
      ),
    ]),
  );
}

const codeInComment = /Code `(\w+)`/;
const codeSentence = / Code `\w+`\.$/;

function rowOf(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string[] {
  const { name } = declaration;
  const symbol = name && checker.getSymbolAtLocation(name);
  if (!symbol) throw new Error('an error class has no name');
  const comment = ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replaceAll('\n', ' ')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`');
  if (comment === '') throw new Error(`${name.text} has no comment`);
  const parent = declaration.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '';
  const code = checker.getDeclaredTypeOfSymbol(symbol).getProperty('code');
  const type = code && checker.getTypeOfSymbol(code);
  const declared = type?.isUnion() ? type.types.filter((one) => one.isStringLiteral()).map(({ value }) => value) : [];
  const told = codeInComment.exec(comment)?.[1];
  const codes = told === undefined ? declared : [told];
  return [
    `\`${name.text}\``,
    `\`${parent}\``,
    codes.map((one) => `\`${one}\``).join(' '),
    comment.replace(codeSentence, ''),
  ];
}
