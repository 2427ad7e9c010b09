// An operator with one fault, chosen by the test: what the conformity suite must find. Without a fault it does what MSS asks.

import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";

/** Each fault with the check that must name it. */
export const faults = {
  "no-starttls": "tls-offered",
  clear: "tls-mandatory",
  "old-tls": "tls-floor",
  "weak-suites": "tls-suites",
  injection: "tls-injection",
  "own-foreign": "own-certificate",
  "no-client-certificate": "certificate-missing",
  expired: "certificate-expired",
  revoked: "certificate-revoked",
  "lists-only": "certificate-revoked-ocsp",
  "old-list": "domain-cut",
  foreign: "certificate-foreign",
  unbound: "certificate-other-domain",
  "other-name": "certificate-other-name",
  unlisted: "domain-unlisted",
  "list-not-applied": "certificate-good",
  "header-sender": "header-sender",
  relay: "no-relay",
  "unknown-recipient": "recipient-unknown",
  "not-provisional": "provisional-refused",
  "no-reports": "report-taken",
  "no-size": "size-announced",
  loops: "loop",
  smuggling: "smuggling",
  lost: "arrives-intact",
  altered: "arrives-intact",
  "submission-clear": "submission-clear",
  "any-sender": "submission-sender",
  "imap-clear": "imap-clear",
} as const;
export type Fault = keyof typeof faults;

export type FaultyOptions = {
  readonly domain: string;
  readonly certificate: { cert: string; key: string };
  readonly foreignCertificate: { cert: string; key: string };
  readonly ca: string;
  /** Domain → CN of its certificate. */
  readonly list: ReadonlyMap<string, string>;
  readonly revoked: ReadonlySet<string>;
  /** Serials that only the responder knows. */
  readonly revokedByOcsp: ReadonlySet<string>;
  readonly provisional: string;
  readonly mailboxes: readonly string[];
  readonly password: string;
};
export type FaultyOperator = {
  fault: Fault | undefined /** Domains taken off the list since. */;
  readonly cut: Set<string>;
  gateway: number;
  submission: number;
  imap: number;
  stop(): Promise<void>;
};

type Session = { socket: Socket; tls?: TLSSocket; signedIn: boolean; from?: string; to: string[]; data: boolean };

export async function startFaultyOperator(options: FaultyOptions): Promise<FaultyOperator> {
  const stored: { id: number; raw: Buffer }[] = [];
  const has = (fault: Fault): boolean => operator.fault === fault;
  const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

  /** Ordered rules of the gateway; the fault of the same name skips one. */
  const judge = (session: Session, from: string): string | undefined => {
    if (!session.tls) return has("clear") ? undefined : "530 5.7.0 STARTTLS first";
    const peer = session.tls.getPeerCertificate();
    if (!peer?.raw) return has("no-client-certificate") ? undefined : "530 5.7.0 certificate required";
    const wrong = String(session.tls.authorizationError ?? "");
    if (/EXPIRED/.test(wrong) && !has("expired")) return "550 5.7.1 certificate expired";
    if (wrong !== "" && wrong !== "null" && !/EXPIRED/.test(wrong) && !has("foreign")) return `550 5.7.1 certificate refused: ${wrong}`;
    if (options.revoked.has(peer.serialNumber) && !has("revoked")) return "550 5.7.1 certificate revoked";
    if (options.revokedByOcsp.has(peer.serialNumber) && !has("lists-only")) return "550 5.7.1 certificate revoked";
    if (from === "") return has("no-reports") ? "550 5.7.1 no null sender" : undefined;
    const listed = options.list.get(domainOf(from));
    if (has("list-not-applied")) return "550 5.7.1 domain not in the list";
    if (operator.cut.has(domainOf(from)) && !has("old-list")) return "550 5.7.1 domain not in the list";
    if (listed === undefined) return has("unlisted") ? undefined : "550 5.7.1 domain not in the list";
    const name = String(peer.subject.CN);
    if (name !== listed && !has([...options.list.values()].includes(name) ? "unbound" : "other-name")) return "550 5.7.1 certificate not bound to the domain";
    return undefined;
  };

  const smtp = (session: Session, line: string, submission: boolean): string => {
    const [verb = ""] = line.toUpperCase().split(/[ :]/);
    const address = /<([^>]*)>/.exec(line)?.[1]?.toLowerCase() ?? "";
    if (verb === "EHLO") {
      const auth = submission && (session.tls || has("submission-clear")) ? ["AUTH PLAIN XOAUTH2"] : [];
      const tls = session.tls || has("no-starttls") ? [] : ["STARTTLS"];
      const size = has("no-size") ? [] : ["SIZE 1000000"];
      const all = [options.domain, "PIPELINING", "8BITMIME", "SMTPUTF8", ...size, ...auth, ...tls];
      return all.map((text, i) => `250${i === all.length - 1 ? " " : "-"}${text}`).join("\r\n");
    }
    if (verb === "AUTH") {
      if (!submission || !(session.tls || has("submission-clear"))) return "538 5.7.11 encryption required";
      const given = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString("utf8")
        .split("\0");
      session.signedIn = given[2] === options.password;
      return session.signedIn ? "235 2.7.0 welcome" : "535 5.7.8 no";
    }
    if (verb === "MAIL") {
      if (!has("no-size") && Number(/SIZE=(\d+)/i.exec(line)?.[1] ?? 0) > 1_000_000) return "552 5.3.4 too large";
      if (submission && !session.signedIn) return "530 5.7.0 sign in first";
      if (submission && address !== options.mailboxes[0] && !has("any-sender")) return "553 5.7.1 not yours";
      const refused = submission ? undefined : judge(session, address);
      if (refused) return refused;
      session.from = address;
      session.to = [];
      return "250 2.1.0 ok";
    }
    if (verb === "RCPT") {
      if (session.from === undefined) return "503 5.5.1 MAIL first";
      if (domainOf(address) !== options.domain && !has("relay")) return "550 5.7.1 no relay";
      const known = options.mailboxes.includes(address) || domainOf(address) !== options.domain;
      if (!known && !has("unknown-recipient")) return "550 5.1.1 nobody";
      const restricted = domainOf(session.from) === options.provisional && !address.includes("test");
      if (restricted && !has("not-provisional")) return "550 5.7.1 provisional: test mailboxes only (MSS 4.1)";
      session.to.push(address);
      return "250 2.1.5 ok";
    }
    if (verb === "DATA") {
      if (session.to.length === 0) return "503 5.5.1 RCPT first";
      session.data = true;
      return "354 go on";
    }
    if (verb === "RSET") {
      delete session.from;
      session.to = [];
      return "250 2.0.0 ok";
    }
    return verb === "NOOP" ? "250 2.0.0 ok" : "500 5.5.2 what";
  };

  const accept = (session: Session, raw: Buffer): string => {
    const { from = "" } = session;
    session.data = false;
    delete session.from;
    session.to = [];
    const head = raw.toString("utf8").split("\r\n\r\n")[0] ?? "";
    if ((head.match(/^Received:/gm) ?? []).length > 100 && !has("loops")) return "554 5.4.6 loop";
    const senders = [...head.matchAll(/^From: <([^>]*)>/gm)].map((found) => found[1]?.toLowerCase());
    if (from !== "" && !has("header-sender") && (senders.length !== 1 || senders[0] !== from)) return "550 5.7.1 header sender";
    if (!has("lost")) stored.push({ id: stored.length + 1, raw: has("altered") ? Buffer.concat([raw, Buffer.from("-- \r\npub\r\n")]) : raw });
    return "250 2.0.0 accepted";
  };

  const imap = (session: Session, line: string): { said: string | Buffer; startTls?: boolean } => {
    const [tag = "*", verb = "", ...rest] = line.split(" ");
    const word = `${verb} ${verb.toUpperCase() === "UID" ? rest[0] : ""}`.trim().toUpperCase();
    const ok = (...lines: string[]): { said: string } => ({ said: [...lines, `${tag} OK done`].join("\r\n") });
    if (word === "CAPABILITY") {
      const before = has("imap-clear") ? "STARTTLS AUTH=PLAIN" : "STARTTLS LOGINDISABLED";
      return ok(`* CAPABILITY IMAP4rev1 ${session.tls ? "AUTH=XOAUTH2" : before}`);
    }
    if (word === "STARTTLS") return { ...ok(), startTls: true };
    if (word === "LOGIN") {
      if (!session.tls && !has("imap-clear")) return { said: `${tag} NO [PRIVACYREQUIRED] TLS first` };
      session.signedIn = rest.join(" ").includes(`"${options.password}"`);
      return session.signedIn ? ok() : { said: `${tag} NO not recognised` };
    }
    if (!session.signedIn) return { said: `${tag} BAD sign in` };
    if (word === "UID SEARCH") {
      const wanted = /"([^"]+)"$/.exec(line)?.[1] ?? "";
      return ok(`* SEARCH ${stored.flatMap(({ id, raw }) => (raw.includes(wanted) ? [id] : [])).join(" ")}`);
    }
    if (word === "UID FETCH") {
      const found = stored.find(({ id }) => id === Number(rest[1]));
      const raw = found?.raw ?? Buffer.alloc(0);
      return { said: Buffer.concat([Buffer.from(`* 1 FETCH (UID ${rest[1]} BODY[] {${raw.length}}\r\n`), raw, Buffer.from(`)\r\n${tag} OK done`)]) };
    }
    return ok();
  };

  const contextOptions = () => ({
    ...(has("own-foreign") ? options.foreignCertificate : options.certificate),
    ca: options.ca,
    ...(has("old-tls") ? { minVersion: "TLSv1" as const, ciphers: "ALL:@SECLEVEL=0" } : { minVersion: "TLSv1.2" as const }),
    ...(has("weak-suites") ? { ciphers: "ALL:@SECLEVEL=0" } : has("old-tls") ? {} : { ciphers: "ECDHE+AESGCM:TLS_AES_128_GCM_SHA256" }),
  });

  const serve = (plain: Socket, kind: "gateway" | "submission" | "imap"): void => {
    const session: Session = { socket: plain, signedIn: false, to: [], data: false };
    let waiting = Buffer.alloc(0);
    const write = (said: string | Buffer): void => void session.socket.write(Buffer.concat([Buffer.from(said), Buffer.from("\r\n")]));
    const startTls = (): void => {
      const left = waiting;
      waiting = Buffer.alloc(0);
      plain.removeAllListeners("data");
      const server = createTlsServer({ ...contextOptions(), requestCert: kind === "gateway", rejectUnauthorized: false }, (tls) => {
        session.socket = tls;
        session.tls = tls;
        tls.on("error", () => undefined);
        tls.on("data", take);
        // The fault: what came before TLS is kept and answered inside it.
        if (has("injection") && left.length > 0) take(left);
      });
      server.on("tlsClientError", () => plain.destroy());
      server.emit("connection", plain);
    };
    const step = (): boolean => {
      if (session.data) {
        const ends = has("smuggling") ? ["\r\n.\r\n", "\n.\n"] : ["\r\n.\r\n"];
        const places = ends.map((end) => [waiting.indexOf(end), end.length] as const).filter(([at]) => at >= 0);
        const [at, length] = places.sort((a, b) => a[0] - b[0])[0] ?? [-1, 0];
        if (at < 0) return false;
        const raw = Buffer.from(
          waiting
            .subarray(0, at + 2)
            .toString("latin1")
            .replace(/^\.\./gm, "."),
          "latin1",
        );
        waiting = waiting.subarray(at + length);
        write(accept(session, raw));
        return true;
      }
      const at = waiting.indexOf("\n");
      if (at < 0) {
        if (waiting.length > 65_536) plain.destroy();
        return false;
      }
      const line = waiting.subarray(0, at).toString("utf8").replace(/\r$/, "");
      waiting = waiting.subarray(at + 1);
      if (kind === "imap") {
        const { said, startTls: begins } = imap(session, line);
        write(said);
        if (begins) startTls();
        return !begins;
      }
      if (line.toUpperCase() === "STARTTLS" && !has("no-starttls")) {
        write("220 2.0.0 go");
        startTls();
        return false;
      }
      write(smtp(session, line, kind === "submission"));
      return true;
    };
    const take = (bytes: Buffer): void => {
      waiting = Buffer.concat([waiting, bytes]);
      while (step());
    };
    plain.on("error", () => undefined);
    plain.on("data", take);
    write(kind === "imap" ? "* OK ready" : `220 ${options.domain} ESMTP`);
  };

  const servers: Server[] = [];
  const open = new Set<Socket>();
  const listen = async (kind: "gateway" | "submission" | "imap"): Promise<number> => {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      serve(socket, kind);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const operator: FaultyOperator = {
    fault: undefined,
    cut: new Set(),
    gateway: 0,
    submission: 0,
    imap: 0,
    async stop() {
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
  operator.gateway = await listen("gateway");
  operator.submission = await listen("submission");
  operator.imap = await listen("imap");
  return operator;
}
