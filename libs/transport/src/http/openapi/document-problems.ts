import type { OpenApiDocument, Operation } from './types.js';
import { findSchema } from './violations.js';

/** An operation with its method and path: `GET /waits`. */
export interface NamedOperation {
  readonly name: string;
  readonly path: string;
  readonly operation: Operation;
}

/** All operations of a document. */
export function operationsOf({ paths }: OpenApiDocument): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
}

/** What OpenAPI 3.1 demands beyond what the types say, and a document does not keep. */
export function documentProblems(document: OpenApiDocument): string[] {
  const operations = operationsOf(document);
  const ids = operations.map(({ operation }) => `the id ${operation.operationId}`);
  return [...twice(ids), ...operations.flatMap(operationProblems), ...lostReferences(document)];
}

function operationProblems({ name, path, operation: { parameters = [], responses } }: NamedOperation): string[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const told = parameters.filter((one) => one.in === 'path' && one.required === true).map((one) => one.name);
  const problems = [
    ...twice(parameters.map((one) => `the parameter ${one.in} ${one.name}`)),
    ...inPath.filter((one) => !told.includes(one)).map((one) => `${one} is no required parameter`),
    ...told.filter((one) => !inPath.includes(one)).map((one) => `${one} is not in the path`),
    ...parameters.filter(({ description }) => description === '').map((one) => `${one.name} is not described`),
    ...Object.entries(responses).flatMap(([status, { description, content = {} }]) => [
      ...(/^[1-5]\d\d$/.test(status) ? [] : [`${status} is no status`]),
      ...(description === '' ? [`${status} is not described`] : []),
      ...Object.keys(content)
        .filter((type) => !/^[a-z]+\/[a-z-]+$/.test(type))
        .map((type) => `${status} has the type ${type}`),
    ]),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} is there twice`);
}

function lostReferences(document: OpenApiDocument): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, found = '']) => found);
  return [...new Set(references)].filter((one) => !findSchema(document, one)).map((one) => `there is no ${one}`);
}
