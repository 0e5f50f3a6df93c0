/** Any free port of loopback. */
export const anyPort = '127.0.0.1:0';
