// The protocol with clients that nobody here wrote: Debian's ldapsearch and ldapts; and with bytes that nobody should send.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually, makeSelfSigned, temporaryFolder } from "@cercle/testkit";
import fc from "fast-check";
import { Client } from "ldapts";
import { integer, value } from "../src/ber.ts";
import { createLdapServer, DirectoryRefusal, type LdapDirectory, type LdapEntry, type LdapServer, resultCode } from "../src/index.ts";

const base = "dc=mssante,dc=example";
const person = (i: number, sn: string, givenName: string, mail: string | undefined = `${i}@alpha.example`): LdapEntry => ({
  name: `uid=${i},${base}`,
  attributes: {
    objectClass: ["inetOrgPerson"],
    uid: [String(i)],
    sn: [sn],
    givenName: [givenName],
    cn: [`${givenName} ${sn}`],
    ...(mail ? { mail: [mail] } : {}),
  },
});
const people: readonly LdapEntry[] = [
  person(1, "Élodie-Durand", "Zoé"),
  person(2, "D'Arc", "Jeanne"),
  person(3, "NUÑEZ", "Aïcha", ""),
  ...Array.from({ length: 300 }, (_, i) => person(100 + i, `Martin ${i}`, "Paul")),
];

/** Entries in order, the whole of them each time: the server must select by itself. */
function directoryOf(entries: readonly LdapEntry[], facts: { delay?: number } = {}): LdapDirectory {
  return {
    base,
    anonymous: false,
    attributes: ["uid", "sn", "givenName", "cn", "mail", "description"].map((name) => ({ name, about: name })),
    objectClasses: [{ name: "inetOrgPerson", about: "A person", must: ["cn", "sn"], may: ["mail"] }],
    authenticate: async (name, password) => (password === "right" ? { key: name } : undefined),
    async search({ base: at, scope, after: position = "0", limit, signal }) {
      if (facts.delay) await new Promise((resolve) => setTimeout(resolve, facts.delay));
      if (signal.aborted) throw new Error("aborted");
      if (at.startsWith("cn=refuse")) throw new DirectoryRefusal(resultCode.adminLimitExceeded, "too many look-ups");
      const start = Number(position);
      if (scope === "base") {
        const found = entries.filter((entry) => entry.name.toLowerCase() === at.toLowerCase());
        return found.length > 0 || at === base ? { entries: found } : undefined;
      }
      const page = entries.slice(start, start + limit);
      return { entries: page, ...(start + limit < entries.length ? { next: String(start + limit) } : {}) };
    },
  };
}

describe("LDAP", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: LdapServer;
  let port: number;
  let securePort: number;
  let ca: string;
  const errors: unknown[] = [];

  before(async () => {
    folder = await temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    const made = makeSelfSigned(folder.path, "localhost", ["localhost", "127.0.0.1"]);
    ca = made.certificate;
    writeFileSync(at("ldaprc"), `TLS_CACERT ${ca}\n`);
    server = createLdapServer({
      directory: directoryOf(people),
      tls: { key: readFileSync(made.key), cert: readFileSync(ca) },
      limits: { stallSeconds: 2, entries: 250, batch: 40 },
      onError: (error) => errors.push(error),
    });
    port = await server.listen({ host: "127.0.0.1", port: 0, implicitTls: false });
    securePort = await server.listen({ host: "127.0.0.1", port: 0, implicitTls: true });
  });
  after(async () => {
    await server.close();
    await folder.remove();
    assert.deepEqual(errors, []);
  });

  type Run = { code: number; out: string; err: string };
  const ldapsearch = (...args: string[]): Promise<Run> =>
    new Promise((resolve) => {
      execFile("ldapsearch", ["-x", "-LLL", "-o", "ldif-wrap=no", ...args], { env: { ...process.env, LDAPTLS_CACERT: ca } }, (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
      );
    });
  const bound = ["-D", "cn=app", "-w", "right"];
  const ldaps = (...args: string[]): Promise<Run> => ldapsearch("-H", `ldaps://127.0.0.1:${securePort}`, ...bound, "-b", base, ...args);
  const client = async (): Promise<Client> => {
    const made = new Client({ url: `ldaps://localhost:${securePort}`, tlsOptions: { ca: [readFileSync(ca)] } });
    await made.bind("cn=app", "right");
    return made;
  };

  it("answers ldapsearch over StartTLS and LDAPS, accents folded both ways", async () => {
    const upgraded = await ldapsearch("-ZZ", "-H", `ldap://127.0.0.1:${port}`, ...bound, "-b", base, "(sn=elodie durand)", "mail");
    assert.equal(upgraded.code, 0, upgraded.err);
    assert.match(upgraded.out, /dn: uid=1,dc=mssante,dc=example\nmail: 1@alpha.example/);
    for (const filter of ["(givenName=Zoé)", "(givenName=zoe)", "(&(sn=Élodie*)(givenName=Z*é))", "(sn=*durand)", "(cn~=ZOE ELODIE DURAND)"]) {
      assert.match((await ldaps(filter)).out, /uid: 1\n/, filter);
    }
    assert.match((await ldaps("(sn=d arc)")).out, /uid: 2\n/);
    assert.match((await ldaps("(givenName=AICHA)")).out, /uid: 3\n/);
  });

  it("selects attributes, types only, and none", async () => {
    assert.equal((await ldaps("(uid=2)", "1.1")).out.trim(), `dn: uid=2,${base}`);
    assert.match((await ldaps("-A", "(uid=2)", "sn")).out, /^sn:\s*$/m);
    assert.doesNotMatch((await ldaps("(uid=2)", "sn")).out, /mail/);
    assert.match((await ldaps("(uid=2)", "*")).out, /mail/);
  });

  it("keeps three values: not of what an entry cannot say selects nothing", async () => {
    assert.equal((await ldaps("(!(noSuchAttribute=x))", "1.1")).out.trim(), "");
    assert.equal((await ldaps("(&(uid=2)(!(noSuchAttribute=x)))", "1.1")).out.trim(), "");
    assert.match((await ldaps("(|(uid=2)(noSuchAttribute=x))", "1.1")).out, /uid=2/);
    assert.match((await ldaps("(&(uid=3)(!(mail=*)))", "1.1")).out, /uid=3/);
    assert.equal((await ldaps("(&)", "1.1")).code, 4);
  });

  it("says when the size limit cut something off, and only then", async () => {
    assert.equal((await ldaps("-z", "10", "(givenName=Paul)", "1.1")).code, 4);
    assert.equal((await ldaps("-z", "1", "(uid=2)", "1.1")).code, 0);
    const all = await ldaps("-E", "pr=70/noprompt", "(givenName=Paul)", "1.1");
    assert.equal(all.code, 0, all.err);
    assert.equal(all.out.match(/^dn: /gm)?.length, 300);
    assert.equal(new Set(all.out.match(/^dn: .*$/gm)).size, 300);
  });

  it("describes itself: root DSE without binding, schema", async () => {
    const dse = await ldapsearch("-H", `ldap://127.0.0.1:${port}`, "-b", "", "-s", "base", "*", "+");
    assert.match(dse.out, /namingContexts: dc=mssante,dc=example/);
    assert.match(dse.out, /1\.3\.6\.1\.4\.1\.1466\.20037/);
    assert.match((await ldapsearch("-H", `ldap://127.0.0.1:${port}`, "-b", "cn=subschema", "-s", "base")).out, /NAME 'givenName'/);
  });

  it("refuses: no bind, a bind in the clear, a wrong password, a name without one, a write, an unknown base and control", async () => {
    const plain = ["-H", `ldap://127.0.0.1:${port}`, "-b", base];
    assert.equal((await ldapsearch(...plain, "(uid=1)")).code, 50);
    assert.equal((await ldapsearch(...plain, ...bound, "(uid=1)")).code, 13);
    assert.equal((await ldapsearch("-H", `ldaps://127.0.0.1:${securePort}`, "-D", "cn=app", "-w", "wrong", "-b", base)).code, 49);
    assert.equal((await ldaps("-b", "dc=other")).code, 32);
    assert.equal((await ldaps("-b", "not a name")).code, 34);
    assert.equal((await ldaps("-E", "!1.2.3.4", "(uid=1)")).code, 12);
    const writer = await client();
    await assert.rejects(writer.del(`uid=1,${base}`), { code: 53 });
    await assert.rejects(writer.add(`uid=9,${base}`, { sn: "x" }), { code: 53 });
    assert.equal(await writer.compare(`uid=1,${base}`, "sn", "elodie durand"), true);
    assert.equal(await writer.compare(`uid=1,${base}`, "sn", "x"), false);
    await writer.unbind();
  });

  it("answers ldapts, page after page", async () => {
    const app = await client();
    const { searchEntries } = await app.search(base, { filter: "(givenName=Paul)", paged: { pageSize: 100 }, attributes: ["uid"] });
    assert.equal(searchEntries.length, 300);
    await app.unbind();
  });

  it("hands a refusal of the directory over with its code", async () => {
    assert.equal((await ldaps("-b", `cn=refuse,${base}`)).code, 11);
  });

  const raw = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket));
      socket.on("error", () => undefined);
    });
  const afterSending = async (bytes: Uint8Array): Promise<Buffer> => {
    const socket = await raw();
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.end(bytes);
    await closed;
    return Buffer.concat(chunks);
  };

  it("closes cleanly on random and truncated bytes, and still serves the others", async () => {
    const good = Buffer.from("301c0201016317040064 0a0100 0a0100 020100 020100 010100 870b6f626a656374436c617373 3000".replaceAll(" ", ""), "hex");
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.nat({ max: good.length - 1 }).map((n) => good.subarray(0, n)),
          // A good message with bytes changed: lengths that lie, tags that are others.
          fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
            const bytes = Buffer.from(good);
            for (const [at, byte] of changes) bytes[at] = byte;
            return bytes;
          }),
        ),
        async (bytes) => {
          const reply = await afterSending(bytes);
          assert.ok(reply.length === 0 || reply[0] === 0x30);
        },
      ),
      { numRuns: 300 },
    );
    assert.match((await ldaps("(uid=2)")).out, /uid: 2/);
  });

  it("refuses a filter of depth 10,000 and a message of a megabyte without growing", async () => {
    let filter: Buffer = Buffer.from("870b6f626a656374436c617373", "hex");
    const wrap = (tagNumber: number, content: Buffer): Buffer =>
      Buffer.concat([Buffer.from([tagNumber, 0x83, content.length >> 16, (content.length >> 8) & 255, content.length & 255]), content]);
    for (let i = 0; i < 10_000; i++) filter = wrap(0xa2, filter);
    const search = wrap(0x63, Buffer.concat([Buffer.from("04000a01000a0100020100020100010100", "hex"), filter, Buffer.from("3000", "hex")]));
    const before = process.memoryUsage().rss;
    const reply = await afterSending(wrap(0x30, Buffer.concat([Buffer.from("020105", "hex"), search])));
    assert.match(reply.toString("latin1"), /too deep/);
    assert.match((await afterSending(wrap(0x30, Buffer.alloc(1 << 20)))).toString("latin1"), /1\.3\.6\.1\.4\.1\.1466\.20036/);
    assert.ok(process.memoryUsage().rss - before < 64e6);
    let shallow: Buffer = Buffer.from("870b6f626a656374436c617373", "hex");
    for (let i = 0; i < 30; i++) shallow = wrap(0xa2, shallow);
    const limited = wrap(0x63, Buffer.concat([Buffer.from("04000a01000a0100020100020100010100", "hex"), shallow, Buffer.from("3000", "hex")]));
    assert.match((await afterSending(wrap(0x30, Buffer.concat([Buffer.from("020105", "hex"), limited])))).toString("latin1"), /too deep/);
  });

  it("hostile clients cost bounded memory and do not keep others waiting: floods unread, bytes one by one, half messages, large attributes", async () => {
    const wrap = (tagNumber: number, ...parts: readonly Uint8Array[]): Buffer => value(tagNumber, ...parts);
    const remove = (id: number): Buffer => wrap(0x30, integer(id), wrap(0x4a, Buffer.from(`uid=${id},${base}`)));
    const control = wrap(0xa0, wrap(0x30, wrap(0x04, Buffer.alloc(2000, 0x31)), wrap(0x01, Buffer.from([255]))));
    const search = wrap(0x63, Buffer.from("04000a01000a0100020100020100010100870b6f626a656374436c6173733000", "hex"));
    // Each is answered by its own two thousand bytes.
    const flood = Buffer.concat([
      ...Array.from({ length: 200 }, (_, i) => remove(i + 1)),
      ...Array.from({ length: 500 }, () => wrap(0x30, integer(1), search, control)),
    ]);
    const huge = wrap(0x30, integer(1), wrap(0x63, wrap(0x04, Buffer.from(base)), wrap(0x0a, Buffer.from([2])), wrap(0x87, Buffer.alloc(1 << 20, 0x61))));
    const open: Socket[] = [];
    const gone: Promise<void>[] = [];
    const hostile = async (act: (socket: Socket) => void): Promise<void> => {
      const socket = await raw();
      open.push(socket);
      gone.push(new Promise((resolve) => socket.once("close", () => resolve())));
      act(socket);
    };
    const app = await client();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10; i++) {
      // Operations again and again, no reply read.
      if (i < 2)
        await hostile((socket) => {
          socket.pause();
          const again = (): void => {
            if (!socket.destroyed && socket.writableLength < 1 << 22) socket.write(flood, () => setImmediate(again));
          };
          again();
        });
      // A byte at a time: each comes in time, the message never does.
      await hostile((socket) => {
        let at = 0;
        const message = remove(7);
        const timer = setInterval(() => (socket.destroyed || at >= message.length - 1 ? clearInterval(timer) : socket.write(message.subarray(at, ++at))), 200);
        socket.once("close", () => clearInterval(timer));
        socket.resume();
      });
      await hostile((socket) => socket.resume().write(huge));
      await hostile((socket) => socket.resume().write(huge.subarray(0, 60_000)));
    }
    let answers = 0;
    const all = Promise.all(gone).then(() => "gone" as const);
    do {
      assert.equal((await app.search(base, { filter: "(uid=2)", paged: { pageSize: 50 } })).searchEntries.length, 1);
      answers += 1;
      assert.ok(process.memoryUsage().rss - before < 256e6, "memory is bounded");
    } while ((await Promise.race([all, new Promise((resolve) => setImmediate(resolve))])) !== "gone");
    assert.ok(answers > 5);
    await app.unbind();
    for (const socket of open) socket.destroy();
  });

  it("lets a slow client go, and ends after three wrong passwords", async () => {
    const socket = await raw();
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.write(Buffer.from([0x30, 0x50, 0x02]));
    await closed;
    const app = new Client({ url: `ldaps://localhost:${securePort}`, tlsOptions: { ca: [readFileSync(ca)] } });
    for (let i = 0; i < 3; i++) await assert.rejects(app.bind("cn=app", "wrong"), { code: 49 });
    await eventually(() => !app.isConnected);
  });
});
