// One connection: bytes in, commands one after the other, bytes out with back-pressure; TLS, time-outs, limits.
import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { dispatch } from "./dispatch.ts";
import { CommandReader, type ReaderEvent } from "./reader.ts";
import { ConnectionEnded, Session, type SessionOptions } from "./session.ts";
import type { RawCommand } from "./token.ts";

export type ConnectionOptions = Omit<SessionOptions, "offersStartTls"> & {
  readonly secureContext: () => SecureContext | undefined;
  /** Ask for a client certificate on STARTTLS (SASL EXTERNAL). */
  readonly requestCertificate: boolean;
  /** Told once, when the connection is over. */
  ended(): void;
  readonly stallSeconds: number;
  readonly greeting: string;
  onError(error: unknown): void;
};

const lineLimit = 64 * 1024;
const wordLiteral = 16 * 1024;
const preSignInIdle = 60;
/** Commands read ahead. RFC 3501 §5.5 lets a client send any number without waiting (mbsync asks for thousands of messages at once): what
 * is over stays in the network until these are answered. */
const mostWaiting = 200;

export class Connection {
  #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  #reader: CommandReader;
  /** Whoever waits for the next line (AUTHENTICATE, IDLE). */
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  readonly #queue: RawCommand[] = [];
  #busy = false;
  #closed = false;
  #upgrading = false;

  constructor(socket: Socket, options: ConnectionOptions, offersStartTls: boolean) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = this.#makeReader();
    this.#session = new Session(
      {
        write: (data) => this.#write(data),
        drained: () => this.#drained(),
        ask: (prompt) => {
          this.#write(`+ ${prompt}\r\n`);
          return this.#line();
        },
        line: () => this.#line(),
        startTls: () => this.#startTls(),
        close: () => this.close(),
        secure: () => this.#socket instanceof TLSSocket,
        // Whose it is and whether it stands, who authenticates judges.
        clientCertificate: () => (this.#socket instanceof TLSSocket ? this.#socket.getPeerX509Certificate()?.raw : undefined),
        address: socket.remoteAddress ?? "",
      },
      { ...options, offersStartTls },
    );
    this.#listen(socket);
    this.#write(`* OK [CAPABILITY ${this.#session.capabilities()}] ${options.greeting}\r\n`);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.reject(new ConnectionEnded("the connection ended"));
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  /** A word before the server stops. */
  bye(): void {
    this.#write("* BYE the server is stopping\r\n");
    this.#socket.end();
  }

  #makeReader(): CommandReader {
    return new CommandReader({
      line: lineLimit,
      literal: (begun) => (begun === "APPEND" && this.#session?.account ? this.#options.limits.appendBytes : wordLiteral),
    });
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#setIdle();
    socket.on("data", (bytes: Buffer) => {
      this.#reader.push(bytes);
      this.#read();
    });
    // Once a socket: the time is set again at each command.
    socket.on("timeout", () => {
      this.#write("* BYE idle for too long\r\n");
      this.#socket.end();
      this.close();
    });
    socket.on("error", () => this.close());
    // STARTTLS takes this listener off the plain socket: the end is told once, by the last socket.
    socket.on("close", () => {
      this.close();
      this.#options.ended();
    });
  }

  #setIdle(): void {
    const seconds = this.#session?.account ? this.#options.limits.idleSeconds : preSignInIdle;
    this.#socket.setTimeout(seconds * 1000);
  }

  #read(): void {
    while (!this.#closed && !this.#upgrading) {
      if (this.#queue.length >= mostWaiting) {
        this.#socket.pause();
        return;
      }
      const event: ReaderEvent | undefined = this.#reader.next();
      if (!event) return;
      if (event.kind === "continue") this.#write("+ go on\r\n");
      else if (event.kind === "refused") this.#refuse(event);
      else if (this.#waiting) {
        const { resolve } = this.#waiting;
        this.#waiting = undefined;
        resolve((event.raw.parts[0] ?? Buffer.alloc(0)).toString("latin1"));
      } else {
        this.#queue.push(event.raw);
        void this.#work();
      }
    }
  }

  /** Takes up reading where it stopped for too many commands waiting. */
  #readOn(): void {
    if (!this.#socket.isPaused() || this.#queue.length > mostWaiting / 2) return;
    this.#read();
    if (this.#queue.length < mostWaiting) this.#socket.resume();
  }

  #refuse(event: Extract<ReaderEvent, { kind: "refused" }>): void {
    if (event.fatal) {
      this.#write("* BYE the command is too long\r\n");
      this.#socket.end();
      this.close();
    } else this.#write(`${event.tag} NO [TOOBIG] over the limit\r\n`);
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let raw = this.#queue.shift(); raw && !this.#closed; raw = this.#queue.shift()) {
        await dispatch(this.#session, raw, this.#options.onError);
        this.#setIdle();
        this.#readOn();
        if (this.#session.over) {
          this.#socket.end();
          this.#closed = true;
          setTimeout(() => this.#socket.destroy(), 2000).unref();
        }
      }
    } finally {
      this.#busy = false;
    }
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) reject(new ConnectionEnded("the connection ended"));
      else {
        // A client may have sent its line already.
        const early = this.#queue.shift();
        if (early) resolve((early.parts[0] ?? Buffer.alloc(0)).toString("latin1"));
        else this.#waiting = { resolve, reject };
      }
    });
  }

  #write(data: string | Buffer): void {
    if (this.#closed || this.#socket.destroyed) return;
    if (typeof data === "string") this.#socket.write(data, "latin1");
    else this.#socket.write(data);
  }

  /** Waits for a slow reader, but not for ever. */
  async #drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || this.#closed) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        socket.off("drain", end);
        socket.off("close", end);
        resolve();
      };
      const timer = setTimeout(() => {
        this.close();
        end();
      }, this.#options.stallSeconds * 1000);
      socket.once("drain", end);
      socket.once("close", end);
    });
  }

  /** RFC 3501 §6.2.1: whatever the client sent behind STARTTLS in the clear is thrown away (it could be injected). */
  async #startTls(): Promise<void> {
    const secureContext = this.#options.secureContext();
    if (!secureContext) return;
    this.#upgrading = true;
    const plain = this.#socket;
    plain.removeAllListeners("data");
    plain.removeAllListeners("close");
    plain.removeAllListeners("timeout");
    plain.setTimeout(0);
    this.#queue.length = 0;
    this.#reader = this.#makeReader();
    const secure = new TLSSocket(plain, { isServer: true, secureContext, requestCert: this.#options.requestCertificate, rejectUnauthorized: false });
    this.#listen(secure);
    await new Promise<void>((resolve) => {
      secure.once("secure", () => resolve());
      secure.once("close", () => resolve());
    });
    this.#upgrading = false;
    this.#read();
  }
}
