// The pages of one file, and what waits in it for a second person.
import { isAgency, isController } from "@cercle/governance";
import { Refusal } from "@cercle/kernel";
import { type Html, html } from "@cercle/pages";
import type { DecisionView } from "../desk/decisions-page.ts";
import type { Desk, Reader } from "../desk.ts";

export type DocumentView = {
  readonly reference: string;
  readonly act: { readonly type: string } | string | null;
  readonly state: "drafted" | "signed" | "sealed";
  readonly parties: readonly string[];
  readonly drafted_at: string;
  readonly digest: string;
  readonly sealed_at: string | null;
  readonly waiting_because: string | null;
  readonly signatures: readonly {
    readonly party: string;
    readonly method: string;
    readonly signed_at: string;
    readonly counts: boolean;
    readonly signatory: string | { readonly name?: string } | null;
    readonly power: { readonly capacity: string; readonly shown_by: string } | null;
  }[];
};

/** What a role may not read is as good as none. */
export async function listOrNone<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  return asked.catch((error: unknown) => {
    if (error instanceof Refusal && error.status === 403) return [];
    throw error;
  });
}

export type Tab = "file" | "letters" | "documents" | "service" | "follow" | "mandates";

export async function fileTabs(desk: Desk, reader: Reader, reference: string, current: Tab): Promise<Html> {
  const { t } = desk.words(reader.language);
  const letters = await listOrNone(desk.ask<readonly unknown[]>(reader, "GET", "/api/letters", { query: { file: reference } }));
  const documents = await listOrNone(desk.ask<readonly unknown[]>(reader, "GET", "/api/documents", { query: { file: reference } }));
  const tab = (id: Tab, address: string, count?: number): Html =>
    html`<a href="${address}"${id === current ? html` aria-current="page"` : ""}>${t(`portal.tab.${id}`)}${count ? html` <span class="state still">${count}</span>` : ""}</a>`;
  return html`<nav class="tabs" aria-label="${t("portal.tab.all")}">${tab("file", `/files/${reference}`)}${tab("letters", `/files/${reference}/letters`, letters.length)}${tab("documents", `/files/${reference}/documents`, documents.length)}${tab("service", `/files/${reference}/service`)}${isController(reader.actor) ? "" : tab("follow", `/files/${reference}/follow`)}${isAgency(reader.actor) ? tab("mandates", `/files/${reference}/mandates`) : ""}</nav>`;
}

export async function waitingDecisions(desk: Desk, reader: Reader, reference: string): Promise<Html | ""> {
  const { t, ...words } = desk.words(reader.language);
  const all = await listOrNone(desk.ask<readonly DecisionView[]>(reader, "GET", "/api/decisions"));
  const here = all.filter((decision) => decision.file_reference === reference);
  if (here.length === 0) return "";
  return html`${here.map((decision) => html`<p class="notice">${t(decision.urgent ? "portal.decisions.review-waits" : "portal.decisions.confirm-waits", { what: words.named("decision", decision.kind), reference: decision.reference })} <a href="/decisions/${decision.reference}">${t("portal.decisions.see")}</a></p>`)}`;
}
