// Commands of a connection before and around sign-in: CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, AUTHENTICATE, LOGIN, ENABLE.
import { decodeMailbox } from "../mailbox-name.ts";
import type { Session } from "../session.ts";
import type { Credentials } from "../store.ts";
import { SyntaxFault } from "../token.ts";
import { type CommandTable, No } from "./command.ts";

const failurePause = 1000;
/** Control-A, between the pairs of both bearer mechanisms. */
const separator = String.fromCharCode(1);

export const connectionCommands: CommandTable = {
  CAPABILITY: {
    state: "any",
    async run(session) {
      session.untagged(`CAPABILITY ${session.capabilities()}`);
      return "done";
    },
  },
  NOOP: { state: "any", run: async () => "done" },
  LOGOUT: {
    state: "any",
    async run(session) {
      session.untagged("BYE until next time");
      session.over = true;
      return "done";
    },
  },
  ID: {
    state: "any",
    async run(session) {
      session.untagged(`ID ("name" "Cercle" "vendor" "Cercle")`);
      return "done";
    },
  },
  STARTTLS: {
    state: "plain",
    async run(session, args) {
      args.end();
      if (session.io.secure() || !session.options.offersStartTls) throw new SyntaxFault("already secure");
      session.io.write(`${session.tag} OK begin\r\n`);
      await session.io.startTls();
      return "";
    },
  },
  LOGIN: {
    state: "plain",
    async run(session, args) {
      const user = args.text();
      const password = args.text();
      args.end();
      if (!session.io.secure()) throw new No("STARTTLS first", "PRIVACYREQUIRED");
      if (!session.options.passwords) throw new No("passwords are switched off here", "AUTHENTICATIONFAILED");
      return signIn(session, { kind: "password", user, password });
    },
  },
  AUTHENTICATE: {
    state: "plain",
    async run(session, args) {
      const mechanism = args.atom().toUpperCase();
      if (!session.io.secure()) throw new No("STARTTLS first", "PRIVACYREQUIRED");
      // RFC 4959 §3: `=` is an empty initial response.
      const initial = args.done ? undefined : args.text();
      const answer = initial === undefined ? await session.io.ask("") : initial === "=" ? "" : initial;
      if (answer === "*") throw new SyntaxFault("cancelled");
      return signIn(session, readSasl(session, mechanism, decodeBase64(answer)), mechanism);
    },
  },
  ENABLE: {
    state: "authenticated",
    async run(session, args) {
      const switched: string[] = [];
      while (!args.done) {
        const name = args.atom().toUpperCase();
        if (name === "CONDSTORE" || name === "UTF8=ACCEPT") {
          if (name === "UTF8=ACCEPT") continue;
          session.enabled.add(name);
          switched.push(name);
        }
      }
      session.untagged(`ENABLED${switched.map((name) => ` ${name}`).join("")}`);
      return "done";
    },
  },
  NAMESPACE: {
    state: "authenticated",
    async run(session) {
      session.untagged(`NAMESPACE (("" "/")) NIL NIL`);
      return "done";
    },
  },
};

function decodeBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new SyntaxFault("base64 is expected");
  return Buffer.from(text, "base64").toString("utf8");
}

/** The client's one message of each mechanism, as credentials. */
function readSasl(session: Session, mechanism: string, message: string): Credentials {
  switch (mechanism) {
    case "PLAIN": {
      // RFC 4616 §2: authzid NUL authcid NUL password.
      const [, user, password] = message.split("\0");
      if (!session.options.passwords || user === undefined || password === undefined) throw new No("passwords are switched off here", "AUTHENTICATIONFAILED");
      return { kind: "password", user, password };
    }
    case "XOAUTH2": {
      const [user = "", auth = ""] = message.split(separator);
      const token = /^auth=Bearer (.+)$/i.exec(auth)?.[1];
      if (!user.startsWith("user=") || token === undefined) throw new SyntaxFault("not an XOAUTH2 message");
      return { kind: "bearer", user: user.slice(5), token };
    }
    case "OAUTHBEARER": {
      // RFC 7628 §3.1: a GS2 header, then key=value pairs between control-A.
      const [header = "", ...pairs] = message.split(separator);
      const token = pairs.map((pair) => /^auth=Bearer (.+)$/i.exec(pair)?.[1]).find((value) => value !== undefined);
      if (!header.startsWith("n,") || token === undefined) throw new SyntaxFault("not an OAUTHBEARER message");
      return { kind: "bearer", user: /(?:^|,)a=([^,]*)/.exec(header)?.[1]?.replaceAll("=2C", ",").replaceAll("=3D", "=") ?? "", token };
    }
    case "EXTERNAL": {
      const certificate = session.io.clientCertificate();
      if (!certificate) throw new No("no client certificate", "AUTHENTICATIONFAILED");
      return { kind: "certificate", certificate, user: message };
    }
    default:
      throw new No("this mechanism is not offered", "CANNOT");
  }
}

async function signIn(session: Session, credentials: Credentials, mechanism = "LOGIN"): Promise<string> {
  const account = await session.options.authenticate(credentials, { address: session.io.address });
  if (!account) {
    session.failedLogins += 1;
    await new Promise((resolve) => setTimeout(resolve, failurePause));
    if (session.failedLogins >= session.options.limits.failedLogins) session.over = true;
    // RFC 7628 §3.2.3: bearer mechanisms say why in one more exchange.
    if (credentials.kind === "bearer" && mechanism !== "LOGIN") await session.io.ask(Buffer.from('{"status":"invalid_token"}').toString("base64"));
    throw new No("not recognised", "AUTHENTICATIONFAILED");
  }
  session.account = account;
  if (account.alert) session.io.write(`* OK [ALERT] ${account.alert}\r\n`);
  return `[CAPABILITY ${session.capabilities()}] signed in`;
}

/** A mailbox name argument, decoded; INBOX in any case is INBOX. */
export function mailboxName(wire: string): string {
  const name = decodeMailbox(wire);
  return name.toUpperCase() === "INBOX" ? "INBOX" : name;
}
