/** Deepest nesting of arrays and objects in a query. */
export const jsonDepthMax = 128;

/** Longest `_qid`, in characters (Unicode code points). */
export const qidCharsMax = 32;

/** Longest name of a class or member, in characters. */
export const nameCharsMax = 64;

/** Most classes. */
export const classesMax = 1024;

/** Most members of one class. */
export const membersMax = 1024;

/** Longest chain of classes in which each has a member of the next. */
export const relationDepthMax = 32;

/** Most objects of one class, and most values of one index: for every member, addresses are reserved for as many. */
export const objectsPerClassMax = 2 ** 26;

/** Most shared buffers of a store: a member has up to nine, and systems allow a process about 65,000 of them. */
export const sharedBuffersMax = 2 ** 14;

/** Longest time that objects of a class may live, in milliseconds: ten years. */
export const ttlMsMax = 10 * 365 * 24 * 60 * 60 * 1000;

/** Most objects that one FIND returns. */
export const findObjectsMax = 50_000;

/** Longest response, in bytes; links may make it far larger than the objects it shows. */
export const responseBytesMax = 256 * 2 ** 20;
