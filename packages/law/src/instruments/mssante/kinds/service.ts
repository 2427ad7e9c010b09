// The service as it runs: incidents and stops, told in time (MSS 5.1).
import { type EntryKind, registeredWithReceipt } from "../../../engine/definition.ts";
import { addressField, channelOf } from "../../breach.ts";
import { alive, stated, text } from "./vocabulary.ts";

export const serviceKinds: Readonly<Record<string, EntryKind>> = {
  "incident-identified": {
    about: { fr: "dysfonctionnement, anomalie ou modification identifiés", en: "malfunction, anomaly or change identified" },
    by: ["operator", "agency"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "incident", role: "opens" },
    fields: {
      what: text("de quoi il s’agit", "what it is"),
      agency_case: {
        kind: ["network", "operator-or-user-equipment", "use-against-the-contract", "force-majeure"],
        about: { fr: "cas sans responsabilité de l’agence (MSS 5.3)", en: "case without liability of the agency (MSS 5.3)" },
      },
    },
  },
  "incident-reported": {
    about: { fr: "incident signalé au service clients", en: "incident reported to the customer service" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "incident", role: "joins" },
    channel: channelOf(["email", "telephone"], "MSS 5.1"),
  },
  "temporary-stop-started": {
    about: { fr: "début d’un arrêt temporaire", en: "start of a temporary stop" },
    by: ["operator"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "stop", role: "enters" },
    fields: { expected_days: { kind: "number", about: { fr: "durée prévue en jours", en: "expected length in days" } } },
  },
  "temporary-stop-reported": {
    about: { fr: "arrêt temporaire de plus de huit jours signalé", en: "temporary stop of more than eight days reported" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "stop", role: "enters" },
    channel: channelOf(["email", "telephone"], "MSS 5.1"),
  },
  "service-resumed": {
    about: { fr: "reprise du service", en: "service resumed" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "stop", role: "joins", closes: true },
  },
  "final-stop": {
    about: { fr: "arrêt définitif du service", en: "final stop of the service" },
    by: ["operator"],
    article: "MSS 5.1",
    phases: alive,
    matter: { of: "final-stop", role: "enters" },
    fields: { stop_date: { kind: "date", required: true, about: { fr: "jour de l’arrêt", en: "day of the stop" } } },
  },
  "final-stop-letter-sent": {
    about: { fr: "lettre annonçant l’arrêt définitif", en: "letter telling the final stop" },
    by: ["operator"],
    article: "MSS 5.1",
    matter: { of: "final-stop", role: "enters" },
    channel: channelOf(registeredWithReceipt, "MSS 5.1"),
    letter: true,
    fields: { address: addressField },
    checks: [stated],
  },
};
