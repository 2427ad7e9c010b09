// An authority that is not the space's, made by openssl: certificates in every state, its list of revocations, its OCSP responders, and a
// web server that publishes what a test puts on it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export type OutsideAuthority = {
  readonly base: string;
  /** What the web server answers, by path; absent is 404. */
  readonly served: Map<string, string | Buffer>;
  readonly ca: string;
  /** How often the responders were asked, by path. */
  readonly asked: Map<string, number>;
  /** A certificate for CN=`name`: files `name.pem` and `name.key`. `lost` points to a list that nobody serves, `ocsp` to a responder alone. */
  issue(name: string, how?: Issue): { pem: string; key: string };
  revoke(name: string): void;
  stop(): Promise<void>;
};

type Issue = { days?: number; lost?: boolean; usage?: string; ocsp?: "issuer" | "delegate" | "impostor" | "down" };

export async function openOutsideAuthority(folder: string): Promise<OutsideAuthority> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { stdio: "ignore", cwd: folder });
  const served = new Map<string, string | Buffer>();
  const asked = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    if (path.startsWith("/ocsp/") && request.method === "POST") asked.set(path, (asked.get(path) ?? 0) + 1);
    const body = path.startsWith("/ocsp/") ? await respond(path.slice(6), request) : served.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  /** What `openssl ocsp` answers to this request, signed by the issuer, by a responder it delegated to, or by a certificate that may not. */
  const respond = async (who: string, request: IncomingMessage): Promise<Buffer | undefined> => {
    const signer = { issuer: "ca", delegate: "responder", impostor: "impostor" }[who];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (!signer) return undefined;
    writeFileSync(at("ask.der"), Buffer.concat(chunks));
    const words = ["-index", "index.txt", "-CA", "ca.pem", "-rsigner", `${signer}.pem`, "-rkey", `${signer}.key`, "-nmin", "5"];
    openssl("ocsp", ...words, "-reqin", "ask.der", "-respout", "answer.der");
    return readFileSync(at("answer.der"));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/O=OUTSIDE/CN=AC OUTSIDE", "-days", "30");
  writeFileSync(at("index.txt"), "");
  writeFileSync(at("serial"), "1000\n");
  writeFileSync(at("crlnumber"), "01\n");
  writeFileSync(
    at("ca.cnf"),
    `[ca]\ndefault_ca=d\n[d]\ndir=.\ndatabase=index.txt\nserial=serial\ncrlnumber=crlnumber\nnew_certs_dir=.\ncertificate=ca.pem\nprivate_key=ca.key
default_md=sha256\npolicy=p\nunique_subject=no\ndefault_crl_days=5\n[p]\ncommonName=supplied\norganizationName=optional\n`,
  );
  const publish = (): void => {
    openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "ca.crl");
    openssl("crl", "-in", "ca.crl", "-outform", "DER", "-out", "ca.crl.der");
    served.set("/ca.crl", readFileSync(at("ca.crl.der")));
  };
  publish();
  const issue = (name: string, { days = 20, lost = false, usage = "serverAuth,clientAuth", ocsp }: Issue = {}): { pem: string; key: string } => {
    const places = ocsp ? `authorityInfoAccess=OCSP;URI:${base}/ocsp/${ocsp}` : `crlDistributionPoints=URI:${base}/${lost ? "lost" : "ca"}.crl`;
    writeFileSync(at(`${name}.ext`), `extendedKeyUsage=${usage}\n${places}\n`);
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/O=OUTSIDE/CN=${name}`);
    const dates = days > 0 ? ["-days", String(days)] : ["-startdate", "20240101000000Z", "-enddate", "20240201000000Z"];
    openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", `${name}.ext`, ...dates);
    return { pem: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  issue("responder", { usage: "OCSPSigning" });
  issue("impostor");
  return {
    base,
    served,
    asked,
    ca: at("ca.pem"),
    issue,
    revoke(name) {
      openssl("ca", "-config", "ca.cnf", "-revoke", `${name}.pem`);
      publish();
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
