/** Writes one line. */
export type Print = (line: string) => void;

/** A small program that shows what something is for. */
export type Example = (print: Print) => Promise<void>;
