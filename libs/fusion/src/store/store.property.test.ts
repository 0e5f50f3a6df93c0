import { seededPrng } from '@syncytium/kit';
import { propertyRuns, scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClassDefinition, type LinkMember, type Member, type ScalarMember } from '../schema/class-definition.js';
import { compareScalars, formatScalar, scalarTypes, type Scalar, type ScalarType } from '../schema/scalar.js';
import type { ValueTest } from '../schema/value-test.js';
import { GrowingBytes } from '../testing/growing-bytes.js';
import { ReferenceTable } from '../testing/reference-table.js';
import type { Row } from './columns/column.js';
import { rowsPassing } from '../testing/rows-passing.js';
import { takeAll } from './in-steps.js';
import { Store } from './store.js';

const scalars = {
  string: fc.oneof(
    fc.constantFrom(
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'abcde',
      'é',
      '\u{10000}',
      '\uffff',
      'a"b',
      'a\nb',
      '\\',
      'x'.repeat(70),
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  ),
  int: fc.oneof(
    fc.constantFrom<Scalar>(-1, 0, 1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n),
    fc.integer({ min: -100, max: 100 }),
  ),
  uint: fc.oneof(fc.constantFrom<Scalar>(0, 2 ** 31, 2 ** 32, 2n ** 63n, 2n ** 64n - 1n), fc.nat(100)),
  decimal: fc.oneof(
    fc.constantFrom<Scalar>(0, -1, 0.5, -2.25, 1e300, -1e300, 5e-324, -5e-324),
    // A decimal is never -0.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  ),
  bool: fc.boolean(),
} satisfies Record<ScalarType, fc.Arbitrary<Scalar>>;

const target = new ClassDefinition('Target', [scalarMember('name', 0, 'string', false)]);
const one: LinkMember = { kind: 'link', name: 'one', position: 10, isArray: false, target };
const many: LinkMember = { kind: 'link', name: 'many', position: 11, isArray: true, target };
const values = scalarTypes.flatMap((type, i) => [
  scalarMember(type, 2 * i, type, false),
  scalarMember(`${type}s`, 2 * i + 1, type, true),
]);
const owner = new ClassDefinition('Owner', [...values, one, many]);

function scalarMember(name: string, position: number, type: ScalarType, isArray: boolean): ScalarMember {
  return { kind: 'scalar', name, position, isArray, type, isIndexed: position % 3 === 0 };
}

/** Objects and targets are picked by number among those there are. */
type Step =
  | { readonly kind: 'insert' | 'insertTarget' }
  | { readonly kind: 'remove' | 'removeTarget'; readonly pick: number }
  | {
      readonly kind: 'set';
      readonly pick: number;
      readonly member: ScalarMember;
      readonly value: Scalar | Scalar[] | undefined;
    }
  | {
      readonly kind: 'link';
      readonly pick: number;
      readonly member: LinkMember;
      readonly targets: readonly number[] | undefined;
    }
  | { readonly kind: 'index'; readonly member: ScalarMember };

const pick = fc.nat(1000);
const setting = fc.constantFrom(...values).chain((member) => {
  const value: fc.Arbitrary<Scalar | Scalar[]> = member.isArray
    ? fc.array<Scalar>(scalars[member.type], { maxLength: 4 })
    : scalars[member.type];
  return fc.record({
    kind: fc.constant('set' as const),
    pick,
    member: fc.constant(member),
    value: fc.option(value, { nil: undefined, freq: 6 }),
  });
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('insert' as const, 'insertTarget' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'removeTarget' as const), pick }) },
  { weight: 12, arbitrary: setting },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      pick,
      member: fc.constantFrom(one, many),
      targets: fc.option(fc.array(pick, { minLength: 1, maxLength: 4 }), { nil: undefined, freq: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('index' as const), member: fc.constantFrom(...values) }) },
);

const testsOf = (member: ScalarMember): fc.Arbitrary<readonly ValueTest[]> => {
  const value: fc.Arbitrary<Scalar> = scalars[member.type];
  const operators = ['==', '!=', ...(member.type === 'bool' ? [] : (['<', '<=', '>', '>='] as const))] as const;
  const comparison = fc.record({ operator: fc.constantFrom(...operators), value });
  const listing = fc
    .array(value, { minLength: 1, maxLength: 3 })
    .map((some) => ({ operator: 'in' as const, values: new Set(some) }));
  const prefix = fc.record({
    operator: fc.constant('prefix' as const),
    value: scalars.string.map((text) => Array.from(text).slice(0, 2).join('')),
  });
  return fc.array<ValueTest>(
    member.type === 'string' ? fc.oneof(comparison, listing, prefix) : fc.oneof(comparison, listing),
    { minLength: 1, maxLength: 2 },
  );
};
const search = fc.constantFrom(...values).chain((member) => testsOf(member).map((tests) => ({ member, tests })));

test('a store, and one attached to it, hold what plain objects hold', { timeout: scaledTimeoutMs(60_000) }, () => {
  const found = { some: 0, none: 0 };
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(search, { minLength: 1, maxLength: 8 }),
      (steps, searches) => {
        const pair = new Pair();
        for (const each of steps) pair.take(each);
        pair.attached.refresh();
        if (pair.attached.isOutdated) pair.attached = Store.attach(pair.store.layout(), seededPrng(2));
        for (const store of [pair.store, pair.attached]) {
          pair.compare(store);
          for (const { member, tests } of searches) found[pair.search(store, member, tests) > 0 ? 'some' : 'none']++;
        }
      },
    ),
    propertyRuns(300),
  );
  // Searches that find nothing, or always something, would prove little.
  expect(found.some).toBeGreaterThan(0);
  expect(found.none).toBeGreaterThan(0);
});

/** A store and its reference, to which the same is done. */
class Pair {
  readonly store = new Store({ prng: seededPrng(1) });
  attached: Store;
  readonly owners = new ReferenceTable();
  readonly targets = new ReferenceTable();

  constructor() {
    this.store.createClasses([target, owner]);
    this.attached = Store.attach(this.store.layout(), seededPrng(2));
  }

  take(each: Step): void {
    const table = this.store.table(owner);
    const targets = this.store.table(target);
    switch (each.kind) {
      case 'insert':
      case 'insertTarget': {
        const oid = this.store.makeOid();
        (each.kind === 'insert' ? table : targets).insert(oid);
        (each.kind === 'insert' ? this.owners : this.targets).objects.set(oid, new Map());
        break;
      }
      case 'remove': {
        const oid = pickOf(this.owners, each.pick);
        if (oid === undefined) break;
        table.remove(table.rowOf(oid)!);
        this.owners.objects.delete(oid);
        break;
      }
      case 'removeTarget': {
        const oid = pickOf(this.targets, each.pick);
        if (oid === undefined) break;
        targets.remove(targets.rowOf(oid)!);
        this.targets.objects.delete(oid);
        this.owners.unlink(oid, [one, many]);
        break;
      }
      case 'set':
        this.#set(each.pick, each.member, each.value, each.value);
        break;
      case 'link': {
        const oids = each.targets?.flatMap((number) => pickOf(this.targets, number) ?? []);
        const rows = oids?.map((oid) => targets.rowOf(oid)!);
        if (each.member.isArray) this.#set(each.pick, each.member, rows, oids);
        else this.#set(each.pick, each.member, rows?.[0], oids?.[0]);
        break;
      }
      case 'index':
        if (table.indexOf(each.member)) table.dropIndex(each.member);
        else takeAll(table.buildIndex(each.member)).show();
    }
  }

  compare(store: Store): void {
    const [targets, owners] = store.catalogue;
    const table = store.table(owners!);
    const targetTable = store.table(targets!);
    expect([table.size, targetTable.size]).toEqual([this.owners.objects.size, this.targets.objects.size]);
    expect(Array.from(table.rows(), (row) => table.oidOf(row)).sort()).toEqual([...this.owners.objects.keys()].sort());
    const oidsOf = (rows: readonly Row[]): string[] => rows.map((row) => targetTable.oidOf(row));
    for (const oid of this.owners.objects.keys()) {
      const row = table.rowOf(oid)!;
      for (const member of owners!.members) {
        const wanted = this.owners.get(oid, members[member.position]!);
        expect(table.has(row, member)).toBe(wanted !== undefined);
        if (member.kind === 'link') {
          expect(oidsOf(table.targetsOf(row, member))).toEqual([wanted ?? []].flat());
          expect(table.targetCount(row, member)).toBe([wanted ?? []].flat().length);
        } else {
          expect(table.get(row, member)).toEqual(wanted);
          expect(jsonOf(table, row, member)).toBe(wanted === undefined ? '' : `,"${member.name}":${format(wanted)}`);
        }
      }
    }
    for (const oid of this.targets.objects.keys())
      for (const member of [one, many]) {
        const rows = table.referrersOf(targetTable.rowOf(oid)!, member);
        expect(rows.map((row) => table.oidOf(row)).sort()).toEqual(this.owners.referrersOf(oid, member));
      }
  }

  /** How many are found. */
  search(store: Store, member: ScalarMember, tests: readonly ValueTest[]): number {
    const [, owners] = store.catalogue;
    const table = store.table(owners!);
    const wanted = this.owners.find(member, tests);
    const compiled = table.compile(member, tests);
    const rows = rowsPassing(table, compiled);
    expect(rows.map((row) => table.oidOf(row)).sort()).toEqual(wanted);
    expect([...rows].sort((a, b) => a - b)).toEqual(rows);
    expect(Array.from(table.rows()).filter((row) => compiled.passes(row))).toEqual(rows);
    const index = table.indexOf(member);
    for (const one of tests)
      if (index && one.operator === '==') {
        const slot = index.seek(one.value);
        const rowsOf = index.rowsAt(slot);
        expect(rowsOf.map((row) => table.oidOf(row)).sort()).toEqual(this.owners.find(member, [one]));
        expect(index.countAt(slot)).toBe(rowsOf.length);
      }
    if (index) expect(index.keyCount).toBe(this.owners.keyCount(member));
    if (!member.isArray) this.#compareOrder(table, rows, member);
    return wanted.length;
  }

  #compareOrder(table: ReturnType<Store['table']>, rows: readonly Row[], member: ScalarMember): void {
    for (const [i, row] of rows.entries())
      for (const other of rows.slice(0, i)) {
        const wanted = compareScalars(table.get(row, member) as Scalar, table.get(other, member) as Scalar);
        expect(Math.sign(table.compare(row, other, member))).toBe(Math.sign(wanted));
      }
  }

  #set(
    number: number,
    member: Member,
    value: Scalar | readonly Scalar[] | undefined,
    wanted: Scalar | readonly Scalar[] | undefined,
  ): void {
    const table = this.store.table(owner);
    const oid = pickOf(this.owners, number);
    if (oid === undefined) return;
    table.set(table.rowOf(oid)!, member, value);
    this.owners.set(oid, member, wanted);
  }
}

const members: readonly Member[] = owner.members;

function pickOf({ objects }: ReferenceTable, number: number): string | undefined {
  const oids = [...objects.keys()];
  return oids[number % oids.length];
}

function jsonOf(table: ReturnType<Store['table']>, row: Row, member: ScalarMember): string {
  const bytes = new GrowingBytes();
  table.writeMember(row, member, bytes);
  return bytes.toString();
}

function format(value: Scalar | readonly Scalar[]): string {
  return Array.isArray(value)
    ? `[${value.map((item: Scalar) => formatScalar(item)).join(',')}]`
    : formatScalar(value as Scalar);
}
