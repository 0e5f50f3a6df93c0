/** How a query uses the objects: reads run side by side, a write runs alone. */
export type AccessType = 'read' | 'write';

/** The doors to the engine: REST, and the two WebSocket interfaces. */
export const interfaceNames = ['rest', 'standard', 'bulk'] as const;
export type InterfaceName = (typeof interfaceNames)[number];

interface QueryTraits {
  readonly access: AccessType;
  /** Whether the bulk interface takes it. */
  readonly isOnBulk: boolean;
}

/** Every query of the language. */
export const queryTraits = {
  CREATE_CLASSES: { access: 'write', isOnBulk: true },
  CREATE_INDEX: { access: 'write', isOnBulk: true },
  DROP_INDEX: { access: 'write', isOnBulk: true },
  STORE: { access: 'write', isOnBulk: true },
  GET: { access: 'read', isOnBulk: false },
  FIND: { access: 'read', isOnBulk: false },
  COUNT: { access: 'read', isOnBulk: true },
  UPDATE: { access: 'write', isOnBulk: false },
  DELETE: { access: 'write', isOnBulk: false },
  CLEAR: { access: 'write', isOnBulk: true },
  OIDS: { access: 'read', isOnBulk: true },
  CLASSES: { access: 'read', isOnBulk: true },
  INDEXES: { access: 'read', isOnBulk: true },
  SERVER_INFO: { access: 'read', isOnBulk: true },
  STATS: { access: 'read', isOnBulk: true },
  ERRORS: { access: 'read', isOnBulk: true },
} as const satisfies Readonly<Record<string, QueryTraits>>;

export type QueryName = keyof typeof queryTraits;

/** All query names. */
export const queryNames = Object.keys(queryTraits) as readonly QueryName[];

const namesByKey = new Map<string, QueryName>([
  ...queryNames.map((name) => [name, name] as const),
  ['CREATE_CLASS', 'CREATE_CLASSES'],
]);

/** The query that a key asks for; `undefined` when none does. */
export function findQueryName(key: string): QueryName | undefined {
  return namesByKey.get(key);
}
