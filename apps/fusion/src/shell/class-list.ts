/** Names of members, by the name of their class. */
export type ClassList = ReadonlyMap<string, readonly string[]>;

/** Reads the answer to `CLASSES`; empty when it is none. */
export function readClassList(answer: string): ClassList {
  const { CLASSES_RSP = [] } = JSON.parse(answer) as { CLASSES_RSP?: readonly Readonly<Record<string, object>>[] };
  return new Map(
    CLASSES_RSP.flatMap((entry) => Object.entries(entry)).map(([name, members]) => [
      name,
      Object.keys(members).filter((member) => !member.startsWith('_')),
    ]),
  );
}
