// Why a reader or a card does not work, step by step; the first step that fails says what to do. Reads only what needs no code.
import type { X509Certificate } from "node:crypto";
import type { Card } from "./card.ts";
import { type Cps, openCps } from "./cps.ts";
import { CpsError } from "./errors.ts";

export type Finding = { readonly step: string; readonly ok: boolean; readonly text: { readonly fr: string; readonly en: string } };

const both = (fr: string, en: string = fr): Finding["text"] => ({ fr, en });

/** Examines this machine. Never throws, never presents a code. */
export async function examine({ open = openCps }: { open?: () => Cps } = {}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const note = (step: string, text: Finding["text"], ok = true): void => void findings.push({ step, ok, text });
  let cps: Cps | undefined;
  let card: Card | undefined;
  let step = "driver";
  try {
    cps = open();
    note("driver", both("module PC/SC présent", "PC/SC module present"));
    step = "reader";
    const readers = await cps.readers();
    if (readers.length === 0) throw new CpsError("no-reader");
    note("reader", both(readers.map((reader) => `${reader.name}${reader.cardPresent ? " *" : ""}`).join(", ")));
    step = "card";
    card = await cps.open();
    const { identity, certificates } = { identity: await card.identity(), certificates: await card.certificates() };
    note("card", both(`${identity.type} ${identity.version} ${identity.cardNumber}`));
    step = "code";
    const tries = await card.triesLeft();
    if (tries === 0) throw new CpsError("pin-blocked");
    note("code", both(`${tries} essai(s) restant(s)`, `${tries} tries left`));
    step = "certificates";
    const { authentication, signature } = certificates;
    const old = [authentication, signature].find((one: X509Certificate) => Date.parse(one.validTo) < Date.now());
    if (old)
      note(
        "certificates",
        both(`certificat expiré le ${old.validTo} : demandez une autre carte`, `certificate expired on ${old.validTo}: ask for another card`),
        false,
      );
    else note("certificates", both(`valides jusqu’au ${authentication.validTo}`, `valid until ${authentication.validTo}`));
  } catch (given) {
    // A card taken out while it is being opened is, for who asks what is wrong, a reader without a card.
    const error = step === "card" && given instanceof CpsError && given.code === "card-removed" ? new CpsError("no-card", {}, { cause: given }) : given;
    const text =
      error instanceof CpsError ? error.text : both("erreur imprévue : envoyez ce rapport à l’éditeur", "unexpected error: send this report to the vendor");
    note(step, text, false);
  }
  await card?.close().catch(() => undefined);
  await cps?.close().catch(() => undefined);
  return findings;
}
