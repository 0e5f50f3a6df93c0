import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonReader } from './json-reader.js';
import { LineReader } from './line-reader.js';
import { LoadFileError } from './load-file-error.js';
import type { ObjectReader, ObjectSink } from './object-reader.js';

interface Found {
  readonly objects: unknown[];
  readonly lines: number[];
  readonly wrong: string[];
  readonly named: unknown[];
}

/** Reads a file in two pieces, or more of one length. */
function read(create: (sink: ObjectSink) => ObjectReader, text: string, pieceBytes = Infinity): Found {
  const found: Found = { objects: [], lines: [], wrong: [], named: [] };
  const reader = create({
    classOf(named) {
      if (named !== undefined) found.named.push(named);
    },
    object(bytes, line) {
      found.objects.push(JSON.parse(Buffer.from(bytes).toString()));
      found.lines.push(line);
    },
    notAnObject: (line, problem) => void found.wrong.push(`${line}: ${problem}`),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return found;
}

const readJson = (text: string, pieceBytes?: number): Found => read((sink) => new JsonReader(sink), text, pieceBytes);
const readLines = (text: string, pieceBytes?: number): Found => read((sink) => new LineReader(sink), text, pieceBytes);

const anyObject = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
const anyObjects = fc.array(
  anyObject.map((object) => JSON.parse(JSON.stringify(object)) as unknown),
  { maxLength: 6 },
);
const pieceBytes = fc.integer({ min: 1, max: 40 });

describe('what is found in a file is what JSON.parse finds, wherever the file is cut', () => {
  test('in an array', () => {
    fc.assert(
      fc.property(anyObjects, pieceBytes, fc.constantFrom(undefined, 1), (objects, bytes, indent) => {
        expect(readJson(JSON.stringify(objects, undefined, indent), bytes).objects).toEqual(objects);
      }),
    );
  });

  test('in a STORE query, with its class', () => {
    fc.assert(
      fc.property(anyObjects, pieceBytes, fc.constantFrom('P', { P: { a: 'string[]' } }), (objects, bytes, named) => {
        const query = { STORE: { _qid: '"_objects":[', _class: named, _objects: objects, _metrics: true } };
        const found = readJson(JSON.stringify(query, undefined, 2), bytes);
        expect(found).toMatchObject({ objects, named: [named] });
      }),
    );
  });

  test('on lines', () => {
    fc.assert(
      fc.property(anyObjects, pieceBytes, fc.constantFrom('\n', '\r\n', '\n \n'), (objects, bytes, end) => {
        const found = readLines(objects.map((object) => JSON.stringify(object)).join(end), bytes);
        expect(found.objects).toEqual(objects);
        expect(found.lines).toEqual(objects.map((_, i) => 1 + i * (end === '\n \n' ? 2 : 1)));
      }),
    );
  });

  test('and a file that is cut off is an error, never fewer objects', () => {
    const text = '{"STORE":{"_class":"P","_objects":[{"a":"\\"]}"},{"b":[1]}]}}';
    expect(readJson(text).objects).toHaveLength(2);
    for (let end = 1; end < text.length; end++)
      for (const bytes of [1, 7, Infinity])
        expect(() => readJson(text.slice(0, end), bytes), text.slice(0, end)).toThrow(LoadFileError);
  });
});

describe('of what is wrong', () => {
  test('a line is told', () => {
    const text = '{"a":1}\n[1]\n\n{"a":\n}\n{"a":[}}\n{"a":1},\n{"a":2}';
    expect(readLines(text)).toMatchObject({
      objects: [{ a: 1 }, { a: 2 }],
      lines: [1, 8],
      wrong: [
        '2: an object is expected',
        '4: the object does not end on its line',
        '5: an object is expected',
        "6: '}' closes what was not opened",
        '7: there is more behind the object',
      ],
    });
  });

  test.each([
    ['[\n{"a":1}\n{"a":2}]', 'line 3: a comma, or the end of the array, is expected'],
    ['[{"a":1},\n]', 'line 2: an object is expected'],
    ['[1]', 'line 1: an object is expected'],
    ['[{"a":\n[1}]', "line 2: '}' closes what was not opened"],
    [`[{"a":${'['.repeat(125)}`, 'line 1: the object is nested deeper than 125'],
    ['{"a":1}\n{"a":2}', 'line 1: a file of JSON is an array of objects or a STORE query'],
    ['{"FIND":{"_objects":[{}]}}', 'line 1: a file of JSON is an array of objects or a STORE query'],
    ['{"STORE":{"_class":"P","_objects":[{}]},,}', 'line 1: around its objects, the file is not JSON'],
    ['[{}]\n]', 'line 1: around its objects, the file is not JSON'],
    ['', 'line 1: the file ends before its objects do'],
  ])('in %j, the line is told', (text, problem) => {
    expect(() => readJson(text)).toThrow(problem);
  });

  test('so is a file that has no objects for long', () => {
    expect(() => readJson(`{"STORE":{"_class":"${'x'.repeat(2 ** 21)}`, 2 ** 16)).toThrow(
      'no object within 1048576 bytes',
    );
  });
});
