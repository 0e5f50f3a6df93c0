import { SyncytiumError, type ErrorOptions } from '@syncytium/kit';

export interface HttpErrorOptions extends ErrorOptions {
  /** Headers the answer must carry, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that states its own HTTP status, for what has no meaning outside HTTP. */
export class HttpError extends SyncytiumError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, options: HttpErrorOptions = {}) {
    super(code, message, options);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** No route has this path (404). Code `not_found`. */
export class NotFoundError extends HttpError {
  constructor(method: string, path: string) {
    super(404, 'not_found', `there is no ${path}`, { details: { method, path } });
  }
}

/** The path exists for other methods (405). Code `method_not_allowed`. */
export class MethodNotAllowedError extends HttpError {
  constructor(method: string, path: string, allow: readonly string[]) {
    super(405, 'method_not_allowed', `${path} takes ${allow.join(', ')}, not ${method}`, {
      details: { method, path, allow },
      headers: { allow: allow.join(', ') },
    });
  }
}

/** The path takes WebSocket connections only (426). Code `upgrade_required`. */
export class UpgradeRequiredError extends HttpError {
  constructor(path: string) {
    super(426, 'upgrade_required', `${path} takes WebSocket connections`, {
      details: { path },
      headers: { upgrade: 'websocket', connection: 'Upgrade' },
    });
  }
}

/** A body longer than the host takes (413); tells how long it may be. Code `too_large`. */
export class TooLargeError extends HttpError {
  constructor(bytesMax: number) {
    super(413, 'too_large', `the body is longer than ${bytesMax} bytes`, { details: { max: bytesMax, unit: 'bytes' } });
  }
}

/** A body that is not the JSON it claims to be (400); tells where. Code `bad_json`. */
export class BadJsonError extends HttpError {
  constructor(problem: string, position?: number) {
    super(
      400,
      'bad_json',
      `the body is not valid JSON: ${problem}${position === undefined ? '' : ` at position ${position}`}`,
      {
        details: position === undefined ? {} : { position },
      },
    );
  }
}

/** A web page called that may not (403); tells which, where its browser did. Code `origin_refused`. */
export class OriginRefusedError extends HttpError {
  constructor(origin?: string) {
    const page = origin === undefined ? 'another site' : origin;
    super(403, 'origin_refused', `web pages of ${page} may not call`, {
      details: origin === undefined ? {} : { origin },
    });
  }
}

/** The request is for a host of another name (403). Code `host_refused`. */
export class HostRefusedError extends HttpError {
  constructor(host: string) {
    // Whoever runs a proxy before it reads this, and a program's flag for it is called so everywhere.
    super(
      403,
      'host_refused',
      `this host is not called ${JSON.stringify(host)}; if it should be, name it (option hosts, flag --allowed-hosts)`,
      { details: { host } },
    );
  }
}

/** The host is shutting down and takes no new requests (503). Code `closed`. */
export class DrainingError extends HttpError {
  constructor(name: string) {
    super(503, 'closed', `${name} is shutting down`, { headers: { 'retry-after': '1' } });
  }
}
