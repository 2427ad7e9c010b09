// HTTPS of our own pages and API: the sandbox authority's certificate, or the user's own, on any host name.
import { readFile } from "node:fs/promises";
import type { ServerOptions } from "node:https";
import type { Authority } from "@cercle/pki";
import type { Store } from "@cercle/store";
import type { Configuration } from "./configuration.ts";
import { programErrors } from "./errors.ts";

/** What listeners are opened with; undefined for plain HTTP. */
export async function openTls({
  configuration,
  authority,
  store,
}: {
  configuration: Configuration;
  authority: Authority;
  store: Store;
}): Promise<ServerOptions | undefined> {
  const kind = configuration.get<"off" | "authority" | "files">("program.tls");
  if (kind === "off") return undefined;
  if (kind === "files") {
    const read = async (setting: string): Promise<Buffer> => {
      const place = configuration.get<string | undefined>(setting);
      if (!place) throw programErrors.refuse("program.tls-file", { params: { setting, problem: "—" } });
      return readFile(place).catch((cause: Error) => {
        throw programErrors.refuse("program.tls-file", { params: { setting, problem: cause.message }, cause });
      });
    };
    return { cert: await read("program.tls_certificate"), key: await read("program.tls_key"), minVersion: "TLSv1.2" };
  }
  const hosts = ["localhost", "127.0.0.1", "::1", configuration.get<string>("program.public_host")];
  const { certificate, key } = await store.transaction((tx) => authority.issueServer(tx, { hosts }));
  return { cert: certificate, key, minVersion: "TLSv1.2" };
}
