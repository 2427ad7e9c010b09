// Who is in the trust extension, and as what: a pure reading of current rights (CGU PSC, definitions, 3.2).
import type { KnownRight } from "./ports.ts";

export type Role = "proxy-operator" | "data-provider";
export type Standing =
  | { readonly level: "extension"; readonly role: Role }
  /** `clause`, `since`, `reference`: of the right that closed, when one did. */
  | { readonly level: "community" | "none" | "unknown"; readonly clause: string; readonly since?: string; readonly reference?: string };

/** Nothing opened it: the article that asks for the path with evidence. */
const entrance = "PSC 3.2";

/** The standing of one client. `providesData` says whether it is a connected API's client, for a file that names no role. */
export function findStanding(rights: readonly KnownRight[], clientId: string, providesData: boolean): Standing {
  const signIn = rights.find((right) => right.right === "client.sign-in" && right.subject === clientId);
  // CGU PSC 5: whoever takes part is an OpenID Connect client first.
  if (signIn?.state !== "open") return { level: "none", clause: signIn?.clause ?? "PSC 3.1", ...cause(signIn) };
  const given = rights.filter((right) => right.right === "trust-extension.use" && (right.subject === clientId || right.reference === signIn.reference));
  const open = given.find((right) => right.state === "open");
  if (!open) return { level: "community", clause: given[0]?.clause ?? entrance, ...cause(given[0]) };
  return { level: "extension", role: readRole(open.limits.role) ?? (providesData ? "data-provider" : "proxy-operator") };
}

function cause(right: KnownRight | undefined): { since?: string; reference?: string } {
  return right ? { since: right.since, reference: right.reference } : {};
}

function readRole(value: unknown): Role | undefined {
  return value === "proxy-operator" || value === "data-provider" ? value : undefined;
}
