// The list as data, and as XML in the national form: root `ListeBlancheMSSante`, six children for each `Domaine`, always in
// the same order (shared reference, mssante.md §2.1). The national form has no sequence and no next update: ours carries them
// as attributes of a namespace of its own, which national readers pass over.

import { Temporal } from "@cercle/kernel";
import { DOMParser, type Element, onErrorStopParsing } from "@xmldom/xmldom";
import { whitelistErrors } from "./errors.ts";

export type WhitelistEntry = {
  /** Lower case. */
  readonly domain: string;
  readonly description: string;
  /** Distinguished name of one operator certificate; a domain with several certificates has several entries. */
  readonly certificateName: string;
  readonly contact: string;
  readonly support: string;
  readonly updatedAt: Temporal.Instant;
};

export type Whitelist = {
  readonly generatedAt: Temporal.Instant;
  /** Grows by one with each publication; absent in national lists. */
  readonly sequence?: number;
  /** When the next list is announced; absent in national lists. */
  readonly nextUpdate?: Temporal.Instant;
  readonly entries: readonly WhitelistEntry[];
};

export const namespace = "https://listeblanche.mssante.fr/schema";
const ownNamespace = "urn:cercle:whitelist:1";
const maximumBytes = 32 * 1024 * 1024;
const fields = ["Nom", "Description", "DNCertificatOperateur", "ResponsableContact", "SupportContact", "DateMAJ"] as const;

/** The unsigned document. Instants are written to the second, as the national list does. */
export function buildXml(list: Whitelist): string {
  const own = [
    list.sequence === undefined ? "" : ` c:sequence="${list.sequence}"`,
    list.nextUpdate === undefined ? "" : ` c:nextUpdate="${seconds(list.nextUpdate)}"`,
  ].join("");
  const domains = list.entries.map((entry) => {
    const values = [entry.domain, entry.description, entry.certificateName, entry.contact, entry.support, seconds(entry.updatedAt)];
    return `<Domaine>${fields.map((field, i) => `<${field}>${escapeXml(values[i] ?? "")}</${field}>`).join("")}</Domaine>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListeBlancheMSSante xmlns="${namespace}"${own === "" ? "" : ` xmlns:c="${ownNamespace}"${own}`}><DateDeGeneration>${seconds(list.generatedAt)}</DateDeGeneration><ListeDomaines>${domains.join("\n")}</ListeDomaines></ListeBlancheMSSante>`;
}

/** Decodes bytes within the size limit; a document type declaration is refused before any parser sees it. */
export function decodeXml(bytes: Uint8Array): string {
  if (bytes.length > maximumBytes) throw whitelistErrors.refuse("whitelist.too-large", { params: { limit: maximumBytes / 1024 / 1024 } });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: "UTF-8" }, cause });
  }
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: "DOCTYPE" } });
  return text;
}

/** From XML to data, no policy: signature, dates and duplicates are for `verifyWhitelist`. */
export function parseXml(text: string): Whitelist {
  const root = parseRoot(text);
  if (root.localName !== "ListeBlancheMSSante" || root.namespaceURI !== namespace) {
    throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: `<${root.nodeName}>` } });
  }
  const list = childrenOf(root).find((child) => child.localName === "ListeDomaines");
  if (!list) throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: "ListeDomaines" } });
  const sequence = root.getAttributeNS(ownNamespace, "sequence");
  const nextUpdate = root.getAttributeNS(ownNamespace, "nextUpdate");
  return {
    generatedAt: instant(textOf(root, "DateDeGeneration"), "DateDeGeneration"),
    ...(sequence ? { sequence: integer(sequence) } : {}),
    ...(nextUpdate ? { nextUpdate: instant(nextUpdate, "nextUpdate") } : {}),
    entries: childrenOf(list)
      .filter((child) => child.localName === "Domaine")
      .map((domain) => ({
        domain: textOf(domain, "Nom").trim().toLowerCase(),
        description: textOf(domain, "Description"),
        certificateName: textOf(domain, "DNCertificatOperateur"),
        contact: textOf(domain, "ResponsableContact"),
        support: textOf(domain, "SupportContact"),
        updatedAt: instant(textOf(domain, "DateMAJ"), "DateMAJ"),
      })),
  };
}

export function parseRoot(text: string): Element {
  try {
    const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, "text/xml").documentElement;
    if (root) return root;
  } catch (cause) {
    throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "XML" }, cause });
  }
  throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: "XML" } });
}

export function childrenOf(element: Element): readonly Element[] {
  const found: Element[] = [];
  for (let child = element.firstChild; child; child = child.nextSibling) if (child.nodeType === 1) found.push(child as Element);
  return found;
}

function textOf(parent: Element, name: string): string {
  const found = childrenOf(parent).find((child) => child.localName === name);
  if (!found) throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: `${parent.localName} : ${name} ?` } });
  return found.textContent ?? "";
}

function instant(text: string, name: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text.trim());
  } catch (cause) {
    throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: `${name} = ${text.slice(0, 40)}` }, cause });
  }
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw whitelistErrors.refuse("whitelist.not-xml", { params: { problem: `sequence = ${text.slice(0, 40)}` } });
  return value;
}

function seconds(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "second" });
}

function escapeXml(text: string): string {
  // Control characters other than tab and line ends have no XML 1.0 form.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to leave out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}
