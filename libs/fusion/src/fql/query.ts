import type { JsonObject, JsonValue } from '../json/json-value.js';
import type { Oid } from '../oid.js';
import type { AccessType, QueryName } from './query-names.js';

/** When a query wants to be answered: always, only when it fails, or never. */
export type AnswerMode = 'all' | 'error' | 'none';

/** What every query may carry. */
export interface QueryHead {
  /** Given back beside the response. */
  readonly qid: string | undefined;
  readonly wantsMetrics: boolean;
  readonly answerMode: AnswerMode;
}

/** The head of a query that says nothing about itself. */
export const plainHead: QueryHead = { qid: undefined, wantsMetrics: false, answerMode: 'all' };

export interface SortKey {
  readonly member: string;
  readonly isDescending: boolean;
}

/** What FIND returns of what it found. */
export interface FindOptions {
  /** At most {@link findObjectsMax}. */
  readonly limit: number;
  readonly offset: number;
  readonly sort: readonly SortKey[];
  /** Members to return; `undefined` for all. */
  readonly select: readonly string[] | undefined;
}

/** Which objects of a class UPDATE and DELETE are about: those listed and those that fit, or all. */
export interface Targets {
  readonly oids: readonly Oid[] | undefined;
  readonly where: JsonObject | undefined;
}

export interface CreateClassesQuery {
  readonly name: 'CREATE_CLASSES';
  readonly classes: JsonObject;
}

/** Members of one class, by name. */
export interface NamedMembers {
  readonly className: string;
  readonly members: readonly string[];
}

export interface IndexQuery {
  readonly name: 'CREATE_INDEX' | 'DROP_INDEX';
  readonly classes: readonly NamedMembers[];
}

export interface StoreQuery {
  readonly name: 'STORE';
  readonly className: string;
  /** The definition of the class, which is then created first; `undefined` when it has to exist. */
  readonly definition: JsonValue | undefined;
  readonly objects: readonly JsonObject[];
}

export interface GetQuery {
  readonly name: 'GET';
  readonly className: string;
  readonly oids: readonly Oid[];
}

export interface FindQuery {
  readonly name: 'FIND';
  readonly className: string;
  readonly terms: JsonObject;
  readonly options: FindOptions;
  /** Whether the response is to tell how objects were searched for. */
  readonly isExplained: boolean;
}

export interface CountQuery {
  readonly name: 'COUNT';
  /** `undefined` for every class. */
  readonly className: string | undefined;
  readonly terms: JsonObject;
  /** Whether the response is to tell how objects were searched for. */
  readonly isExplained: boolean;
}

export interface UpdateQuery {
  readonly name: 'UPDATE';
  readonly className: string;
  readonly targets: Targets;
  /** Terms that an object has to satisfy before the change; `undefined` for none. */
  readonly condition: JsonObject | undefined;
  readonly changes: JsonObject;
  /** Whether the response is to tell how objects were searched for. */
  readonly isExplained: boolean;
}

export interface DeleteQuery {
  readonly name: 'DELETE';
  readonly className: string;
  readonly targets: Targets;
  readonly isDeep: boolean;
  /** Whether the response is to tell how objects were searched for. */
  readonly isExplained: boolean;
}

export interface OidsQuery {
  readonly name: 'OIDS';
  readonly className: string;
}

/** A query about no class in particular. */
export interface BareQuery {
  readonly name: 'CLEAR' | 'CLASSES' | 'INDEXES' | 'SERVER_INFO' | 'STATS' | 'ERRORS';
}

/**
 * A query whose form is right. Its names and values are still JSON: what they mean depends on the classes that exist
 * when its turn comes.
 */
export type QueryBody =
  | CreateClassesQuery
  | IndexQuery
  | StoreQuery
  | GetQuery
  | FindQuery
  | CountQuery
  | UpdateQuery
  | DeleteQuery
  | OidsQuery
  | BareQuery;

/** A query as it waits for its turn. */
export interface Query {
  readonly name: QueryName;
  readonly access: AccessType;
  readonly head: QueryHead;
  readonly body: QueryBody;
}
