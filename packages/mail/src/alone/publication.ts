// Publication of mailboxes at a directory that is not ours, over the API that outside operators use (`/api/directory/mailboxes`).
import { mailErrors } from "../errors.ts";
import type { Publication } from "../ports.ts";
import type { AskJson } from "./http.ts";

const kinds = { personal: "PER", organisational: "ORG", applicative: "APP" } as const;

/** `find` is the directory's own look-up: what is shown to everybody is what counts. */
export function createOutsidePublication({ base, key, ask, find }: { base: string; key: string; ask: AskJson; find: Publication["find"] }): Publication {
  const call = async (method: "POST" | "DELETE", path: string, body?: unknown): Promise<void> => {
    const { status, body: said } = await ask(`${base.replace(/\/$/, "")}/api/directory/mailboxes${path}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body }),
    }).catch((cause: unknown) => {
      throw mailErrors.refuse("mail.directory-away", { params: { reason: "unreachable" }, cause });
    });
    const { code, title } = (said ?? {}) as { code?: string; title?: string };
    // Never published is as good as taken out.
    if (status < 300 || (method === "DELETE" && code === "directory.no-mailbox")) return;
    throw mailErrors.refuse("mail.not-published", { params: { reason: String(title ?? code ?? status).slice(0, 300) } });
  };
  return {
    find,
    publish: ({ address, kind, responsible, structure, service, redList }) =>
      call("POST", "", {
        address,
        kind: kinds[kind],
        service,
        red_list: redList,
        ...(kind === "personal" ? { national_id: responsible } : { structure_id: structure, responsible }),
      }),
    remove: (address) => call("DELETE", `/${encodeURIComponent(address)}`),
  };
}
