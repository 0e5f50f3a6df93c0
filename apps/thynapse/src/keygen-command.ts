import { defineCommand, requiredText } from '@syncytium/program';
import { newCurveKeys } from '@syncytium/transport/zeromq';
import { writeKeyPair } from './key-files.js';

/** `thynapse keygen`: a pair of CURVE keys. */
export const keygenCommand = defineCommand({
  name: 'keygen',
  summary: 'makes a pair of CURVE keys: NAME.secret for its owner alone, NAME.pub for everybody else',
  arguments: { name: requiredText({ help: 'path of both files without their endings: bus, keys/web' }) },
  options: {},
  examples: [
    ['thynapse keygen bus', 'keys of a transmitter: --curve-secret bus.secret; cells are given bus.pub'],
    ['thynapse keygen web && cat web.pub >> allowed.keys', 'keys of a cell, and who may connect: --allow allowed.keys'],
  ],
  run: ({ name }, { print }) => {
    const keys = newCurveKeys();
    const { secretFile, publicFile } = writeKeyPair(name, keys);
    print(`secret key  ${secretFile}  (readable by you alone; keep it so)`);
    print(`public key  ${publicFile}  ${keys.publicKey}`);
    return Promise.resolve(0);
  },
});
