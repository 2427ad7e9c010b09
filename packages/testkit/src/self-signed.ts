// A key and a certificate that signs itself, by openssl.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Writes `NAME.key` and `NAME.pem` into `folder`, good for two days, and answers their paths. `hosts` are those it is valid for. */
export function makeSelfSigned(folder: string, name: string, hosts: readonly string[] = []): { key: string; certificate: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const names = hosts.map((host) => `${/^[\d.]+$/.test(host) ? "IP" : "DNS"}:${host}`).join(",");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", `/CN=${name}`],
      ...(names === "" ? [] : ["-addext", `subjectAltName=${names}`]),
    ],
    { stdio: "ignore" },
  );
  return { key, certificate };
}
