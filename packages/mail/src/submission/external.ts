// SASL EXTERNAL (RFC 4422 appendix A) for smtp-server, which does not know it: offered on connections where a certificate was shown, with
// the initial response of RFC 4954 or in a second step. The one place that touches what smtp-server does not publish.
import type { SMTPServer, SMTPServerSession } from "smtp-server";

type Next = () => void;
type Handler = (command: Buffer | string, next: Next) => void;
/** Of smtp-server 3.21: a connection as it is inside. */
type Connection = {
  session: SMTPServerSession & { user?: unknown };
  send(code: number, text?: string): void;
  handler_AUTH: Handler;
  _nextHandler: Handler | false;
  _server: SMTPServer;
  _transmissionType(): string;
};

const method = "EXTERNAL";
const longest = 1024;

/** `authenticate` answers the mailbox, or throws what smtp-server sends; `authzid` is empty when the client leaves the choice to us. */
export function offerExternal(server: SMTPServer, session: SMTPServerSession, authenticate: (authzid: string) => Promise<string>): void {
  const connection = [...(server as unknown as { connections: Set<Connection> }).connections].find((one) => one.session === session);
  if (!connection) return;
  const { options } = server;
  connection._server = Object.create(server, { options: { value: { ...options, authMethods: [...(options.authMethods ?? []), method] } } }) as SMTPServer;
  const others = connection.handler_AUTH.bind(connection);

  const finish = (response: string, next: Next): void => {
    // RFC 4954 §4: "=" is an empty response.
    const text = response === "=" ? "" : response;
    if (response === "*" || text.length > longest || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
      connection.send(501, response === "*" ? "Authentication aborted" : "Error: invalid response");
      next();
      return;
    }
    authenticate(Buffer.from(text, "base64").toString("utf8"))
      .then(
        (user) => {
          connection.session.user = user;
          connection.session.transmissionType = connection._transmissionType();
          connection.send(235, "Authentication successful");
        },
        (error: Error & { responseCode?: number }) => connection.send(error.responseCode ?? 535, error.message),
      )
      .finally(next);
  };
  connection.handler_AUTH = (command, next) => {
    const [, name = "", response] = command.toString().trim().split(/\s+/);
    if (name.toUpperCase() !== method) return others(command, next);
    if (connection.session.user) {
      connection.send(503, "Error: No identity changes permitted");
      return next();
    }
    if (response !== undefined) return finish(response, next);
    connection._nextHandler = (line, then) => finish(line.toString().trim(), then);
    connection.send(334);
    return next();
  };
}
