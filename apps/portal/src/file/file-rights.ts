// Rights of a file and the doors that apply them: open or closed, since when, by which entry, and how fast the doors followed.
import type { FileView } from "@cercle/governance";
import { type Html, html } from "@cercle/pages";
import { badge, rightName, type Words } from "../words.ts";
import type { DoorState } from "./file-facts.ts";

type RightView = FileView["rights"][number];

export function buildRights(words: Words, view: FileView, doors: DoorState): Html {
  if (view.rights.length === 0) return html`<p class="soft">${words.t("portal.file.no-rights")}</p>`;
  const ordered = view.rights.toSorted((a, b) => Number(b.state === "open") - Number(a.state === "open"));
  return html`<ul class="rows">${ordered.map((right) => {
    const notes = [limits(words, view, right), applied(words, view, right), `${right.clause} · ${words.shortDay(right.since)}`].filter((note) => note !== "");
    return html`<li><span>${rightName(words, right.right, right.subject)}<br><span class="small soft">${notes.join(" · ")} · <a href="#entry-${right.entry}">${words.t("portal.file.entry", { seq: right.entry })}</a></span></span>${stateOf(words, right, doors)}</li>`;
  })}</ul>`;
}

function stateOf(words: Words, right: RightView, doors: DoorState): Html {
  const silent = doors.doors.some((door) => !door.answers && door.rights.includes(right.right));
  const changing = doors.unsettled.some((change) => change.right === right.right && change.subject === right.subject);
  if (changing && silent) return badge("shut", words.t("portal.file.door-silent"));
  if (changing) return badge("soon", words.t("portal.file.changing"));
  return right.state === "open" ? badge("open", words.t("portal.file.open")) : badge("still", words.t("portal.file.closed"));
}

/** MSS 4.1: before validation a domain exchanges test messages only. PSC 3.1: a client belongs to one environment. */
function limits(words: Words, view: FileView, right: RightView): string {
  if (right.state !== "open") return "";
  const { test_mailboxes: most, environment } = right.limits as { test_mailboxes?: unknown; environment?: unknown };
  const count = (type: string): number => view.entries.filter((entry) => entry.type === type).length;
  if (typeof most === "number") return words.t("portal.file.test-only", { used: count("test-mailbox-created") - count("test-mailbox-removed"), most });
  return typeof environment === "string" ? words.named("value", environment) : "";
}

function applied(words: Words, view: FileView, right: RightView): string {
  const last = view.entries.findLast((entry) => {
    const said = entry.payload as { right?: unknown; subject?: unknown; state?: unknown } | null;
    return entry.type === "doors-applied" && said?.right === right.right && said.subject === right.subject && said.state === right.state;
  });
  const said = last?.payload as { doors?: unknown; slowest_ms?: unknown } | undefined;
  return said && Number(said.doors) > 0 ? words.t("portal.file.applied", { doors: words.count("door", Number(said.doors)), ms: Number(said.slowest_ms) }) : "";
}
