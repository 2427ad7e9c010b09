// Whether the inner server knows a recipient, asked while the partner waits: a session up to RCPT TO with the null sender, and no message.
// What it said is good for a minute when it knows the mailbox, for ten seconds when it does not.
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "@cercle/kernel";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { type Talk, talk } from "./smtp-talk.ts";

/** `unasked`: the server could not be asked, or could not say now. */
export type Existence = { readonly is: "here" } | { readonly is: "unknown"; readonly said: string } | { readonly is: "unasked"; readonly said: string };
export type InnerPlace = { readonly protocol: "lmtp" | "smtp"; readonly tls: boolean; readonly host: string; readonly port: number };

const patience = 5000;
const kept = { here: 60_000, unknown: 10_000, unasked: 2000 } as const;
const mostKept = 10_000;
const mostAtOnce = 8;
const noMailbox = /^(?:5\d\d 5\.1\.\d|55[013] (?!5\.))/;
/** Written into a command of ours. */
const plainAddress = /^[^\s<>]{3,320}$/;

export function createInnerProbe(place: InnerPlace, { name, ca, real }: { name: string; ca: string; real: Clock }): (recipient: string) => Promise<Existence> {
  const known = new Map<string, { readonly found: Promise<Existence>; until: number }>();
  let open = 0;
  return (recipient) => {
    if (!plainAddress.test(recipient)) return Promise.resolve({ is: "unknown", said: "553 5.1.3 not an address" });
    const now = real.now().epochMilliseconds;
    const before = known.get(recipient);
    if (before && before.until > now) return before.found;
    // Partners that try many names at once wait for nobody: the policy answers.
    if (open >= mostAtOnce) return Promise.resolve({ is: "unasked", said: "too many questions at once" });
    if (known.size >= mostKept) known.clear();
    open += 1;
    const found = ask(place, recipient, { name, ca })
      .catch((error: Error): Existence => ({ is: "unasked", said: error.message }))
      .finally(() => {
        open -= 1;
      });
    const entry = { found, until: now + patience };
    known.set(recipient, entry);
    void found.then(({ is }) => {
      entry.until = real.now().epochMilliseconds + kept[is];
    });
    return found;
  };
}

async function ask({ protocol, tls, host, port }: InnerPlace, recipient: string, { name, ca }: { name: string; ca: string }): Promise<Existence> {
  const plain = connect({ host, port });
  let socket = plain;
  const late = setTimeout(() => socket.destroy(new Error("no answer in time")), patience);
  const hello = `${protocol === "lmtp" ? "LHLO" : "EHLO"} ${name}`;
  const good = async (asked: Promise<string>): Promise<void> => {
    const reply = await asked;
    if (!reply.startsWith("2")) throw new Error(reply);
  };
  try {
    let server: Talk = talk(plain);
    await good(server.reply());
    await good(server.ask(hello));
    if (tls) {
      await good(server.ask("STARTTLS"));
      plain.removeAllListeners("data");
      const secure = connectTls({ socket: plain, servername: host, ca, ...tlsPolicy, rejectUnauthorized: true });
      socket = secure;
      server = talk(secure);
      await new Promise<void>((resolve, reject) => secure.once("secureConnect", resolve).once("error", reject));
      await good(server.ask(hello));
    }
    await good(server.ask("MAIL FROM:<>"));
    const said = await server.ask(`RCPT TO:<${recipient}>`);
    socket.write("QUIT\r\n");
    if (said.startsWith("2")) return { is: "here" };
    // Anything else than "no such mailbox" (RFC 5321 §4.2.3, RFC 3463 §3.2) is no answer: full, busy, or not talking to us.
    return noMailbox.test(said) ? { is: "unknown", said } : { is: "unasked", said };
  } finally {
    clearTimeout(late);
    socket.end();
    // Nobody waits for its farewell.
    setTimeout(() => socket.destroy(), patience).unref();
  }
}
