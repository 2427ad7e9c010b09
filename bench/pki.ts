// `npm run bench pki`: the authority beside OpenSSL on the same machine.
// Certificates a second against the machine's own RSA signature rate, OCSP answers a second against `openssl ocsp`,
// a list of 100,000 entries built and signed under a second.
import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "@cercle/kernel";
import { openStore, storeMigrations } from "@cercle/store";
import { createListener, createLog } from "@cercle/web";
import { buildList, encodeEntry } from "../packages/pki/src/encoding/crl.ts";
import { createOcspPost, openAuthority, openVault, pkiMigrations, publicationRoutes } from "../packages/pki/src/index.ts";

const seconds = 5;
const clients = 8;
const folder = await mkdtemp(join(tmpdir(), "cercle-bench-"));
const at = (name: string): string => join(folder, name);
const line = (what: string, value: string): void => console.log(`${what.padEnd(62)} ${value}`);
const rate = (count: number, millis: number): string => `${((count * 1000) / millis).toFixed(0)} a second`;

/** Runs `work` by `hands` at once until the time is over; answers how many and in how long. */
async function measure(hands: number, work: () => Promise<void>): Promise<{ count: number; millis: number }> {
  await work();
  const start = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: hands }, async () => {
      while (performance.now() - start < seconds * 1000) {
        await work();
        count += 1;
      }
    }),
  );
  return { count, millis: performance.now() - start };
}

/** What a loaded machine does not change: the processor's time, all threads. */
function cpuOf(since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return `${Math.round((user + system) / 1000)} ms of processor`;
}

function opensslSpeed(): { sign: string; make: string } {
  const cores = String(availableParallelism());
  const said = spawnSync("openssl", ["speed", "-seconds", "3", "-multi", cores, "rsa2048"], { encoding: "utf8" }).stdout;
  const sign = /rsa\s+2048 bits\s+[\d.]+s\s+[\d.]+s\s+([\d.]+)/.exec(said)?.[1] ?? "?";
  const start = performance.now();
  const rounds = 10;
  for (let i = 0; i < rounds; i++) spawnSync("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", at("speed.key")]);
  return { sign, make: rate(rounds, performance.now() - start) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}

/** Answers a second over HTTP, asked by a process beside this one. */
function askOver(url: string, file: string): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "pki/ask.ts"), url, at(file), String(clients), String(seconds)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, wrong] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    wrong += chunk;
  });
  return new Promise((resolve) => {
    child.once("close", (code) => {
      const said = code === 0 ? (JSON.parse(out) as { count: number; millis: number }) : undefined;
      resolve(said ? rate(said.count, said.millis) : `failed: ${/Error: .*/.exec(wrong)?.[0] ?? code}`);
    });
  });
}

const store = await openStore({ folder, databaseUrl: process.env.DATABASE_URL, rooms: [storeMigrations, pkiMigrations] });
const opening = performance.now();
const authority = await openAuthority({ vault: await openVault({ folder }), store, real: realClock, name: "Banc" });
line("hierarchy of nine authorities made (first start)", `${Math.round(performance.now() - opening)} ms`);
const reopening = performance.now();
await openAuthority({ vault: await openVault({ folder }), store, real: realClock, name: "Banc" });
line("hierarchy opened (later starts)", `${Math.round(performance.now() - reopening)} ms`);

const speed = opensslSpeed();
line(`openssl speed rsa2048, signatures, ${availableParallelism()} cores`, `${speed.sign} a second`);
line("openssl genpkey rsa2048 (a process each)", speed.make);

const spki = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" });
const request = {
  type: "CPS",
  holder: { nationalId: "899700075122", familyName: "BANC", givenName: "ESSAI", profession: { code: "10", label: "Médecin" } },
  publicKeys: { authentication: spki, signature: spki },
} as const;
const cards = await measure(clients, () => store.transaction((tx) => authority.issueCardCertificates(tx, request)).then(() => undefined));
line(`certificates issued, linted and recorded (${store.engine}, ${clients} at once)`, rate(cards.count * 2, cards.millis));
const whole = await measure(clients, () => store.transaction((tx) => authority.issueClient(tx, { commonName: "banc" })).then(() => undefined));
line("the same with the key made for it", rate(whole.count, whole.millis));

const leaf = await store.transaction((tx) => authority.issueClient(tx, { commonName: "ocsp" }));
await writeFile(at("leaf.pem"), new X509Certificate(leaf.certificate).toString());
const issuerRecord = authority.inside.authorities.get("ACI-EL-ORG");
await writeFile(at("issuer.pem"), issuerRecord.pem);
const ask = (out: string, ...options: string[]): Buffer => {
  spawnSync("openssl", ["ocsp", "-issuer", at("issuer.pem"), "-cert", at("leaf.pem"), ...options, "-reqout", at(out)]);
  return spawnSync("cat", [at(out)]).stdout;
};
const withNonce = ask("nonce.der");
const without = ask("plain.der", "-no_nonce");
const signed = await measure(clients, () => authority.inside.responder.answer(withNonce).then(() => undefined));
line("OCSP answers with nonce, signed on the spot, in process", rate(signed.count, signed.millis));
const ahead = await measure(clients, () => authority.inside.responder.answer(without).then(() => undefined));
line("OCSP answers signed ahead, in process", rate(ahead.count, ahead.millis));

const ours = await createListener({
  name: "pki",
  routes: publicationRoutes({ authority }),
  first: createOcspPost({ authority, perMinute: 10_000_000 }),
  log: createLog("error"),
  identify: async () => ({ kind: "nobody" }),
});
const ourPort = await ours.listen({ host: "127.0.0.1", port: 0, setting: "pki.port" });
line("OCSP over HTTP with nonce, ours", await askOver(`http://127.0.0.1:${ourPort}/ocsp`, "nonce.der"));
line("OCSP over HTTP signed ahead, ours", await askOver(`http://127.0.0.1:${ourPort}/ocsp`, "plain.der"));
await ours.close();

// openssl's own responder, with one certificate in its index and a key of the same size.
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
await writeFile(at("peer.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
spawnSync("openssl", ["req", "-x509", "-new", "-key", at("peer.key"), "-subj", "/CN=peer", "-days", "2", "-out", at("peer.pem")]);
await writeFile(at("index.txt"), `V\t291231235959Z\t\t${leaf.serial.toUpperCase()}\tunknown\t/CN=ocsp\n`);
const peerPort = await freePort();
const peerArgs = ["-index", at("index.txt"), "-port", String(peerPort), "-rsigner", at("peer.pem"), "-rkey", at("peer.key"), "-CA", at("issuer.pem")];
const peer = spawn("openssl", ["ocsp", ...peerArgs, "-multi", String(availableParallelism()), "-timeout", "5"], { stdio: "ignore" });
await new Promise((resolve) => setTimeout(resolve, 1000));
line("OCSP over HTTP with nonce, openssl ocsp", await askOver(`http://127.0.0.1:${peerPort}/`, "nonce.der"));
// With -multi it makes a process group of its own, and its parent outlives a SIGTERM: the group is ended, and awaited.
const peerEnded = new Promise((resolve) => peer.once("exit", resolve));
process.kill(-Number(peer.pid), "SIGKILL");
await peerEnded;

const entries = Array.from({ length: 100_000 }, (_, i) => ({ serial: `40${randomBytes(15).toString("hex")}`, at: 1_790_000_000 + i, reason: i % 6 }));
const list = {
  issuer: { name: issuerRecord.name, keyId: issuerRecord.keyId, key: issuerRecord.key() },
  number: 1,
  thisUpdate: 1_795_000_000,
  nextUpdate: 1_795_600_000,
};
const encoding = performance.now();
const encoded = Buffer.concat(entries.map(encodeEntry));
line("100,000 entries encoded (each once, by its revocation)", `${Math.round(performance.now() - encoding)} ms`);
const building = performance.now();
const der = await buildList({ ...list, entries: encoded });
line("list of 100,000 entries built and signed", `${Math.round(performance.now() - building)} ms, ${(der.length / 1e6).toFixed(1)} MB`);
await store.transaction((tx) =>
  tx.run(
    `insert into pki.certificate (serial, profile, subject, not_before, not_after, pem, issued_at, issuer, revoked_at, reason)
     select 'b' || lpad(to_hex(i), 31, '0'), 'org-auth-cli', 'CN=' || i, now(), now() + interval '1 year', '', now(), 'ACI-EL-ORG', now() - i * interval '1 second', 'superseded'
       from generate_series(1, 100000) as i`,
  ),
);
await store.run(
  `insert into pki.revocation (serial, issuer, not_after, entry)
   select serial, issuer, not_after, decode('303002' || '1100' || serial || '170d' || '323631313231303830303030' || '5a' || '300c300a0603551d1504030a0104', 'hex')
     from pki.certificate where revoked_at is not null`,
);
await store.run("update pki.list set stale = true");
const reading = performance.now();
const used = process.cpuUsage();
const served = await authority.inside.lists.get("ACI-EL-ORG");
line(`the same from the register (${store.engine}: read, built, signed, kept)`, `${Math.round(performance.now() - reading)} ms, ${cpuOf(used)}`);
await writeFile(at("list.crl"), served);
await writeFile(at("ca.pem"), authority.anchors());
const checked = spawnSync("openssl", ["crl", "-inform", "der", "-in", at("list.crl"), "-noout", "-CAfile", at("ca.pem")], {
  encoding: "utf8",
});
line("openssl crl says of it", checked.stderr.trim().split("\n").at(-1) ?? "");
await store.close();
await rm(folder, { recursive: true, force: true });
