// Versions of the terms, their refusal, termination by the provider (PSC 4, 10, 12.1).

import { Temporal } from "@cercle/kernel";
import { dayOf, readDay } from "../../../engine/clocks.ts";
import type { Check, EntryKind } from "../../../engine/definition.ts";
import { addressField, channelOf, toStatedAddress } from "../../breach.ts";
import { connected, joins, text } from "./vocabulary.ts";

/** PSC 4: what was accepted, in words or by use after the date, can no longer be refused; the way out is 12.1. */
const notAccepted: Check = {
  article: "PSC 4",
  code: "law.already-accepted",
  reason: {
    fr: "Cette version est déjà acceptée (par déclaration, ou par l’usage après sa date) : elle ne se refuse plus, la résiliation (12.1) reste ouverte.",
    en: "This version is already accepted (in words, or by use after its date): it can no longer be refused; termination (12.1) remains.",
  },
  ok(view, { matter }) {
    const effective = readDay(matter?.opener?.payload?.effective_on);
    return !matter?.entries.some(
      (entry) =>
        entry.type === "terms-agreed" ||
        (entry.type === "used" && effective !== undefined && Temporal.PlainDate.compare(dayOf(entry.happenedAt, view.state), effective) >= 0),
    );
  },
};

const exitNotInThePast: Check = {
  article: "PSC 12.1",
  code: "law.impossible-date",
  reason: { fr: "La date de sortie ne peut pas précéder la notification.", en: "The exit date cannot precede the notice." },
  ok(view, { payload, at }) {
    const day = readDay(payload.end_date);
    return !day || Temporal.PlainDate.compare(day, dayOf(at, view.state)) >= 0;
  },
};

export const termsKinds: Readonly<Record<string, EntryKind>> = {
  "terms-published": {
    about: { fr: "nouvelle version des conditions ou du référentiel annoncée", en: "new version of the terms or the referential announced" },
    by: ["agency"],
    article: "PSC 4",
    matter: { of: "terms", role: "opens" },
    fields: {
      version: text("version", "version", true),
      effective_on: { kind: "date", required: true, about: { fr: "date d’entrée en vigueur", en: "date of entry into force" } },
    },
  },
  "terms-refused": {
    about: { fr: "nouvelle version refusée", en: "new version refused" },
    by: ["provider"],
    article: "PSC 4",
    matter: joins("terms"),
    checks: [notAccepted],
  },
  "terms-agreed": { about: { fr: "nouvelle version acceptée", en: "new version accepted" }, by: ["provider"], article: "PSC 4", matter: joins("terms") },
  used: { about: { fr: "usage constaté par les journaux", en: "use proved by logs" }, by: ["provider"], article: "PSC 4", matter: joins("terms") },
  "termination-notified": {
    about: { fr: "résiliation notifiée par le fournisseur", en: "termination notified by the provider" },
    by: ["provider"],
    article: "PSC 12.1",
    phases: [...connected, "deactivated"],
    matter: { of: "own-termination", role: "opens" },
    channel: channelOf(["email"], "PSC 12.1"),
    letter: true,
    fields: { end_date: { kind: "date", about: { fr: "date de sortie", en: "exit date" } }, address: addressField },
    checks: [toStatedAddress("PSC 12.1"), exitNotInThePast],
  },
  "references-removed": {
    about: { fr: "références à Pro Santé Connect retirées", en: "references to Pro Santé Connect removed" },
    by: ["provider"],
    article: "PSC 12.1",
    phases: ["ended"],
  },
};
