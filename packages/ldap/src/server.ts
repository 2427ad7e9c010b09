// Listeners: LDAP with StartTLS, and LDAPS, over the same directory.
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type SecureContext, type SecureContextOptions } from "node:tls";
import { Connection, type ConnectionLimits } from "./connection.ts";
import type { LdapDirectory } from "./directory.ts";

export type LdapServerOptions = {
  readonly directory: LdapDirectory;
  /** Certificate and key; TLS 1.2 at least. */
  readonly tls: SecureContextOptions;
  readonly limits?: Partial<ConnectionLimits & { readonly connections: number }>;
  onError?(error: unknown): void;
};

export type LdapServer = {
  /** Listens; `implicitTls` is LDAPS. Answers the port. */
  listen(place: { host: string; port: number; implicitTls: boolean }): Promise<number>;
  /** A renewed certificate, from the next handshake on. */
  setTls(tls: SecureContextOptions): void;
  close(): Promise<void>;
};

const defaults: ConnectionLimits & { connections: number } = {
  connections: 500,
  messageBytes: 64 * 1024,
  inFlight: 8,
  idleSeconds: 300,
  stallSeconds: 15,
  failedBinds: 3,
  entries: 1000,
  seconds: 30,
  batch: 250,
};

/** Makes a read-only LDAP v3 server on a directory. Nothing is open until `listen`. */
export function createLdapServer({ directory, tls, limits: given = {}, onError = () => undefined }: LdapServerOptions): LdapServer {
  const limits = { ...defaults, ...given };
  const connections = new Map<Socket, Connection>();
  const servers: Server[] = [];
  let secureContext: SecureContext = createSecureContext({ ...tls, minVersion: "TLSv1.2" });

  const serve = (socket: Socket, startTls: boolean): void => {
    if (connections.size >= limits.connections) {
      socket.destroy();
      return;
    }
    connections.set(socket, new Connection(socket, { directory, limits, secureContext: () => (startTls ? secureContext : undefined), onError }));
    socket.once("close", () => connections.delete(socket));
  };

  return {
    listen({ host, port, implicitTls }) {
      const server = implicitTls
        ? createTlsServer(
            { ...tls, minVersion: "TLSv1.2", handshakeTimeout: limits.stallSeconds * 1000, SNICallback: (_name, done) => done(null, secureContext) },
            (socket) => serve(socket, false),
          )
        : createServer((socket) => serve(socket, true));
      servers.push(server);
      if (implicitTls) server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
      return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve(address && typeof address === "object" ? address.port : 0);
        });
      });
    },
    setTls(next) {
      secureContext = createSecureContext({ ...next, minVersion: "TLSv1.2" });
    },
    async close() {
      for (const connection of connections.values()) connection.close();
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    },
  };
}
