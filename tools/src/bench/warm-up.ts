/**
 * How long the first round is where parties are processes that do little at a time: until then V8 compiles, which in the
 * first two seconds takes a third of the CPU time of six of them, and a bare client has less to compile than what it is compared with.
 */
export const warmUpSeconds = 5;
