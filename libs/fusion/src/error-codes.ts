/**
 * Every error code of the protocol with its description, in the words of the `ERRORS` query. Codes are grouped by
 * hundreds: classes, types, attributes, queries, keys, values, responses, OIDs, members.
 *
 * @see docs/spec/fusion.md
 */
export const errorDescriptions = {
  1000: 'Class does not exist',
  1001: 'Class already exists',
  1002: 'Class definition is invalid',
  1003: 'Class name is invalid',
  1100: 'Type does not exist',
  1101: 'Type is not permitted',
  1102: 'Type differs from the definition',
  1200: 'Attribute is not allowed',
  1201: 'Attribute is not recognised',
  1202: 'Attribute is expected',
  1300: 'Query type is not valid',
  1301: 'Query is empty',
  1302: 'Query is not recognised',
  1303: 'Query is not permitted on the interface',
  1304: 'No root class',
  1305: 'Term is expected',
  1400: 'Key is empty',
  1500: 'An empty object is expected',
  1501: 'Value is empty',
  1503: 'Value is too long',
  1600: '_rsp is not permitted',
  1601: '_rsp is invalid',
  1700: 'OID is not a UUID',
  1701: 'No object has this OID',
  1800: 'Member name is invalid',
  1801: 'Member is not found',
  1802: 'Member is already indexed',
  1803: 'Member is not indexed',
  5000: 'Unknown error',
  5001: 'Memory limit is reached',
} as const;

/** One of the codes of {@link errorDescriptions}. */
export type ErrorCode = keyof typeof errorDescriptions;

/** All codes, ascending. */
export const errorCodes: readonly ErrorCode[] = Object.keys(errorDescriptions).map((code) => Number(code) as ErrorCode);
