import { once } from 'node:events';
import { defineCommand, requiredText, text } from '@syncytium/program';
import { Recorder } from './recording/recorder.js';
import { SessionTap } from './recording/session-tap.js';
import { redisSetting } from './settings.js';

/** `fxp record`: what the parties of a session say, in a file. */
export const recordCommand = defineCommand({
  name: 'record',
  summary: 'records what the parties of a session say, from its beginning to its end',
  arguments: {
    session: requiredText({ help: "the session's id; it may be opened later" }),
    file: requiredText({ help: 'a new file: lines of JSON' }),
  },
  options: {
    redis: redisSetting,
    service: text({ placeholder: 'NAME', help: "the session's service", defaultText: 'the first with the id' }),
  },
  examples: [['fxp record shot-170 shot-170.ndjson', 'until shot-170 is over, or Ctrl-C']],
  run: async ({ session, file, redis, service }, { log, clock, print, signal }) => {
    const { monitorRedis } = await import('@syncytium/transport/redis');
    const tap = new SessionTap(session, service);
    let recorder: Recorder | undefined;
    const monitor = await monitorRedis({ url: redis, log, clock }, (command) => recorder?.see(command), signal);
    try {
      recorder = await Recorder.create(tap, file);
      print(`records ${session}`);
      const end = AbortSignal.any([signal, recorder.ended, monitor.lost]);
      if (!end.aborted) await once(end, 'abort');
      if (recorder.ended.aborted && recorder.ended.reason !== null) throw recorder.ended.reason;
      if (monitor.lost.aborted) throw monitor.lost.reason;
    } finally {
      monitor.close();
      await recorder?.close();
    }
    const { requestor, provider } = tap.counts;
    const what = tap.session ? `${tap.session.service}/${session}` : session;
    print(`recorded ${requestor} inputs and ${provider} outputs of ${what}`);
    return 0;
  },
});
