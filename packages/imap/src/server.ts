// Listeners: IMAP with STARTTLS, and IMAPS.
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type SecureContext, type SecureContextOptions } from "node:tls";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { SessionLimits } from "./session.ts";
import type { Authenticate } from "./store.ts";

export type ImapServerOptions = {
  readonly authenticate: Authenticate;
  /** Certificate, key, and the anchors of client certificates. */
  readonly tls: SecureContextOptions;
  readonly passwords: boolean;
  readonly requestCertificate?: boolean;
  readonly name: string;
  readonly limits?: Partial<SessionLimits & { readonly connections: number; readonly stallSeconds: number }>;
  onError?(error: unknown): void;
};

export type ImapServer = {
  listen(place: { host: string; port: number; implicitTls: boolean }): Promise<number>;
  /** A renewed certificate, from the next handshake on. */
  setTls(tls: SecureContextOptions): void;
  readonly connections: () => number;
  /** Ends every connection with BYE; new ones may come. */
  drop(): void;
  close(): Promise<void>;
};

const defaults = { connections: 2500, appendBytes: 50 * 1024 * 1024, idleSeconds: 1900, failedLogins: 3, fetchBatch: 500, stallSeconds: 60 };

/** Makes an IMAP4rev1 server; nothing is open until `listen`. */
export function createImapServer(options: ImapServerOptions): ImapServer {
  const limits = { ...defaults, ...options.limits };
  const connections = new Set<Connection>();
  const servers: Server[] = [];
  let secureContext: SecureContext = createSecureContext({ ...options.tls, minVersion: "TLSv1.2" });

  const serve = (socket: Socket, startTls: boolean): void => {
    if (connections.size >= limits.connections) {
      socket.end("* BYE too many connections\r\n");
      return;
    }
    const connectionOptions: ConnectionOptions = {
      authenticate: options.authenticate,
      passwords: options.passwords,
      name: options.name,
      limits,
      stallSeconds: limits.stallSeconds,
      requestCertificate: options.requestCertificate ?? false,
      greeting: options.name,
      secureContext: () => (startTls ? secureContext : undefined),
      onError: options.onError ?? (() => undefined),
      ended: () => void connections.delete(connection),
    };
    const connection = new Connection(socket, connectionOptions, startTls);
    connections.add(connection);
  };

  const drop = (): void => {
    for (const connection of [...connections]) {
      connection.bye();
      connection.close();
    }
  };

  return {
    listen({ host, port, implicitTls }) {
      const server = implicitTls
        ? createTlsServer(
            {
              ...options.tls,
              minVersion: "TLSv1.2",
              requestCert: options.requestCertificate ?? false,
              rejectUnauthorized: false,
              SNICallback: (_name, done) => done(null, secureContext),
            },
            (socket) => serve(socket, false),
          )
        : createServer((socket) => serve(socket, true));
      if (implicitTls) server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
      servers.push(server);
      return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve(address && typeof address === "object" ? address.port : 0);
        });
      });
    },
    setTls(tls) {
      secureContext = createSecureContext({ ...tls, minVersion: "TLSv1.2" });
    },
    connections: () => connections.size,
    drop,
    async close() {
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      drop();
      await Promise.all(closed);
    },
  };
}
