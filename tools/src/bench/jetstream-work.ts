/** The names in NATS of the work that JetStream gives out. */
export const work = { stream: 'work', consumer: 'workers', subject: 'work.echo', replies: 'reply.echo' } as const;
