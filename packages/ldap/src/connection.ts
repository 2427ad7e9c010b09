// One connection: bytes to messages, one operation after the other or side by side within bounds, replies with back-pressure.
import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { BerError, frameLength } from "./ber.ts";
import { type Bound, DirectoryRefusal, type LdapDirectory } from "./directory.ts";
import { evaluateFilter, FilterLimitError } from "./filter.ts";
import {
  buildBindReply,
  buildCompareReply,
  buildDisconnection,
  buildExtendedReply,
  buildSearchDone,
  buildWriteReply,
  pagedResults,
  type Request,
  type Result,
  readMessageId,
  readRequest,
  resultCode,
} from "./message.ts";
import { startTls, whoAmI } from "./schema.ts";
import { type PageCookies, runSearch, type SearchLimits } from "./search.ts";

export type ConnectionLimits = SearchLimits & {
  readonly messageBytes: number;
  readonly inFlight: number;
  readonly idleSeconds: number;
  /** A message begun must be whole, and a reply taken, within this. */
  readonly stallSeconds: number;
  readonly failedBinds: number;
};

export type ConnectionOptions = {
  readonly directory: LdapDirectory;
  readonly limits: ConnectionLimits;
  /** For StartTLS; absent on LDAPS. */
  readonly secureContext: () => SecureContext | undefined;
  onError(error: unknown): void;
};

/** Operations that are answered one after the other. */
type InOrder = Exclude<Request, { kind: "search" | "unbind" | "abandon" }>;

const failedBindPause = 500;
/** Operations that wait for their turn; more are left on the wire. */
const maximumQueued = 32;

/** Serves one socket until it closes. */
export class Connection {
  #socket: Socket;
  #secure: boolean;
  #pending: Buffer = Buffer.alloc(0);
  #who: Bound | undefined;
  #failedBinds = 0;
  #closed = false;
  readonly #searches = new Map<number, AbortController>();
  readonly #cookies: PageCookies = new Map();
  readonly #options: ConnectionOptions;
  #stall: NodeJS.Timeout | undefined;
  /** Why nothing more is read at the moment: operations waiting for their turn, replies waiting for their reader. */
  #holds = 0;
  #queued = 0;
  /** Binds, extended operations and upgrades are answered in order; searches run beside each other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#secure = socket instanceof TLSSocket;
    this.#options = options;
    this.#listen(socket);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#stall);
    for (const search of this.#searches.values()) search.abort();
    this.#searches.clear();
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(this.#options.limits.idleSeconds * 1000, () => this.close());
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return;
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    try {
      for (;;) {
        const length = frameLength(this.#pending);
        if (length !== undefined && length > this.#options.limits.messageBytes) throw new BerError("a message over the limit");
        if (length === undefined || this.#pending.length < length) break;
        const message = this.#pending.subarray(0, length);
        this.#pending = this.#pending.subarray(length);
        // Each message has its time, however slowly its bytes come.
        clearTimeout(this.#stall);
        this.#stall = undefined;
        this.#dispatch(message);
        if (this.#closed) return;
      }
    } catch (error) {
      this.#end(error);
      return;
    }
    if (this.#pending.length > 0) this.#stall ??= setTimeout(() => this.close(), this.#options.limits.stallSeconds * 1000).unref();
  }

  /** RFC 4511 §4.1.1: on a message that cannot be understood, a notice of disconnection, then the end. */
  #end(error: unknown): void {
    if (!(error instanceof BerError)) this.#options.onError(error);
    const notice = buildDisconnection({ code: resultCode.protocolError, message: error instanceof BerError ? error.message : "" });
    this.#socket.end(notice);
    this.#closed = true;
    setTimeout(() => this.close(), 1000).unref();
  }

  #dispatch(bytes: Buffer): void {
    let request: Request;
    try {
      request = readRequest(bytes);
    } catch (error) {
      if (!(error instanceof FilterLimitError)) throw error;
      this.#reply(buildSearchDone(readMessageId(bytes), { code: resultCode.adminLimitExceeded, message: error.message }));
      return;
    }
    if (request.kind === "unbind") this.close();
    else if (request.kind === "abandon") this.#searches.get(request.target)?.abort();
    else if (request.kind === "search") this.#search(request);
    else this.#inOrder(request);
  }

  #inOrder(request: InOrder): void {
    this.#queued += 1;
    const held = this.#queued > maximumQueued;
    if (held) this.#hold();
    this.#turn = this.#turn
      .then(() => this.#answer(request))
      .catch((error: unknown) => {
        this.#options.onError(error);
        this.close();
      })
      .finally(() => {
        this.#queued -= 1;
        if (held) this.#release();
      });
  }

  /** Nothing more is read until as many releases: what a client may leave with the server is bounded. */
  #hold(): void {
    this.#holds += 1;
    this.#socket.pause();
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds === 0 && !this.#closed) this.#socket.resume();
  }

  #search(request: Extract<Request, { kind: "search" }>): void {
    const refused = refusedControl(request) ?? (this.#searches.size >= this.#options.limits.inFlight ? { code: resultCode.busy } : undefined);
    if (refused) {
      this.#reply(buildSearchDone(request.id, refused));
      return;
    }
    const controller = new AbortController();
    this.#searches.set(request.id, controller);
    const context = {
      directory: this.#options.directory,
      limits: this.#options.limits,
      offersStartTls: !this.#secure && this.#options.secureContext() !== undefined,
      cookies: this.#cookies,
      controller,
      send: (bytes: Buffer) => this.#send(bytes),
    };
    // A search sees who was bound when its turn came (RFC 4511 §4.2.1: no operation runs during a bind).
    this.#turn
      .then(() => runSearch(request, { ...context, who: this.#who }))
      .catch((error: unknown) => {
        this.#options.onError(error);
        this.#reply(buildSearchDone(request.id, { code: resultCode.operationsError }));
      })
      .finally(() => this.#searches.delete(request.id));
  }

  async #answer(request: InOrder): Promise<void> {
    if (this.#closed) return;
    switch (request.kind) {
      case "bind":
        return this.#bind(request);
      case "compare":
        return this.#reply(buildCompareReply(request.id, await this.#compare(request)));
      case "extended":
        return this.#extended(request);
      case "write":
        return this.#reply(buildWriteReply(request.id, request.replyTag, { code: resultCode.unwillingToPerform, message: "read-only" }));
    }
  }

  async #bind(request: Extract<Request, { kind: "bind" }>): Promise<void> {
    this.#who = undefined;
    this.#cookies.clear();
    const result = await this.#authenticate(request);
    if (result.code === resultCode.invalidCredentials) {
      this.#failedBinds += 1;
      await new Promise((resolve) => setTimeout(resolve, failedBindPause));
    }
    await this.#send(buildBindReply(request.id, result));
    if (this.#failedBinds >= this.#options.limits.failedBinds) this.#socket.end();
  }

  async #authenticate({ version, name, password }: Extract<Request, { kind: "bind" }>): Promise<Result> {
    if (version !== 3) return { code: resultCode.protocolError, message: "LDAP version 3 only" };
    if (password === undefined) return { code: resultCode.authMethodNotSupported };
    if (password.length === 0) {
      // RFC 4513 §5.1.1 anonymous; §5.1.2 a name without a password must not look like a success.
      return name === "" ? { code: resultCode.success } : { code: resultCode.unwillingToPerform, message: "a password is needed" };
    }
    if (!this.#secure) return { code: resultCode.confidentialityRequired, message: "StartTLS or LDAPS first" };
    this.#who = await this.#options.directory.authenticate(name, password.toString("utf8"));
    return this.#who ? { code: resultCode.success } : { code: resultCode.invalidCredentials };
  }

  async #compare({ name, attribute, value }: Extract<Request, { kind: "compare" }>): Promise<Result> {
    const { directory } = this.#options;
    if (!this.#who && !directory.anonymous) return { code: resultCode.insufficientAccessRights, message: "bind first" };
    const filter = { kind: "present", attribute: "objectclass" } as const;
    try {
      const found = await directory.search({ base: name, scope: "base", filter, limit: 1, who: this.#who, signal: new AbortController().signal });
      const [entry] = found?.entries ?? [];
      if (!entry) return { code: resultCode.noSuchObject };
      const values = new Map(Object.entries(entry.attributes).map(([type, list]) => [type.toLowerCase(), list]));
      const same = evaluateFilter({ kind: "equal", attribute, value }, values, () => true) === true;
      return { code: same ? resultCode.compareTrue : resultCode.compareFalse };
    } catch (error) {
      if (error instanceof DirectoryRefusal) return { code: error.code, message: error.message };
      throw error;
    }
  }

  async #extended(request: Extract<Request, { kind: "extended" }>): Promise<void> {
    if (request.name === whoAmI)
      return this.#send(buildExtendedReply(request.id, { code: resultCode.success }, { value: this.#who ? `u:${this.#who.key}` : "" }));
    if (request.name !== startTls) return this.#send(buildExtendedReply(request.id, { code: resultCode.protocolError, message: "unknown extended operation" }));
    const secureContext = this.#secure ? undefined : this.#options.secureContext();
    // RFC 4511 §4.14.1: not twice, not while operations are outstanding, and nothing may lie behind it in the clear.
    if (!secureContext || this.#searches.size > 0 || this.#pending.length > 0) {
      return this.#send(buildExtendedReply(request.id, { code: resultCode.operationsError }, { name: startTls }));
    }
    const plain = this.#socket;
    plain.removeAllListeners("data");
    plain.removeAllListeners("close");
    plain.pause();
    await this.#send(buildExtendedReply(request.id, { code: resultCode.success }, { name: startTls }));
    this.#who = undefined;
    this.#secure = true;
    this.#listen(new TLSSocket(plain, { isServer: true, secureContext }));
  }

  #reply(bytes: Buffer): void {
    this.#send(bytes).catch(() => this.close());
  }

  /** Waits for a slow reader, but not for ever; meanwhile nothing more is read of it. */
  async #send(bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    if (this.#closed || socket.destroyed || bytes.length === 0 || socket.write(bytes)) return;
    this.#hold();
    await new Promise<void>((resolve, reject) => {
      const settle = (work: () => void) => (): void => {
        clearTimeout(timer);
        socket.off("drain", drained);
        socket.off("close", closed);
        work();
      };
      const drained = settle(resolve);
      const closed = settle(() => reject(new Error("the client has gone")));
      const timer = setTimeout(() => {
        this.close();
        closed();
      }, this.#options.limits.stallSeconds * 1000);
      socket.once("drain", drained);
      socket.once("close", closed);
    })
      .catch(() => this.close())
      .finally(() => this.#release());
  }
}

/** RFC 4511 §4.1.11: a critical control that the server does not know refuses the operation. */
function refusedControl(request: Request): Result | undefined {
  const unknown = request.controls.find(({ type, critical }) => critical && type !== pagedResults);
  return unknown ? { code: resultCode.unavailableCriticalExtension, message: unknown.type } : undefined;
}
