// Controls: announced, held, reported, second visit, suspension, exceptional measure (MSS 7, 12.2).

import { Temporal } from "@cercle/kernel";
import { earliestAfterNotice } from "../../../calendar/count.ts";
import { dayOf, readDay } from "../../../engine/clocks.ts";
import { type Check, type EntryKind, registered } from "../../../engine/definition.ts";
import { channelOf } from "../../breach.ts";
import { alive, control, text } from "./vocabulary.ts";

/** MSS 7.1: fifteen jours ouvrés between the letter and the control. */
const noticeIsLongEnough: Check = {
  article: "MSS 7.1",
  code: "law.notice-too-short",
  reason: {
    fr: "Quinze jours ouvrés entiers doivent séparer la lettre du contrôle.",
    en: "Fifteen whole jours ouvrés must lie between the letter and the control.",
  },
  ok(view, { payload, at }) {
    const date = readDay(payload.control_date);
    if (!date) return true;
    const earliest = earliestAfterNotice({ notice: dayOf(at, view.state), length: 15, unit: "jours-ouvres", policy: view.state.policy });
    return Temporal.PlainDate.compare(date, earliest) >= 0;
  },
};

const notBeforeItsDate: Check = {
  article: "MSS 7.1",
  code: "law.too-early",
  reason: { fr: "Le contrôle ne peut pas avoir lieu avant la date annoncée.", en: "The control cannot take place before the date announced." },
  ok(view, { matter, at, type }) {
    const announced = matter?.entries.findLast((entry) => entry.type === (type === "second-visit-held" ? "second-visit-announced" : "control-announced"));
    const date = readDay(announced?.payload?.control_date);
    return !date || Temporal.PlainDate.compare(dayOf(at, view.state), date) >= 0;
  },
};

const inMatter = (
  type: string,
  article: string,
  fr: string,
  en: string,
  test: (payload: { readonly [key: string]: unknown }) => boolean = () => true,
): Check => ({
  article,
  code: "law.not-yet",
  reason: { fr, en },
  ok: (_view, { matter }) => matter === undefined || matter.entries.some((entry) => entry.type === type && test(entry.payload ?? {})),
});

const remedyIsOver: Check = {
  article: "MSS 7.2",
  code: "law.too-early",
  reason: { fr: "La nouvelle visite vient à l’issue du délai de mise en conformité.", en: "The new visit comes at the end of the delay to conform." },
  ok(view, { matter, payload }) {
    const clock = view.clocks().find((other) => other.clause.id === "MSS-7.2-remedy" && other.matter === matter);
    const date = readDay(payload.control_date);
    return !clock || (clock.lastDay !== undefined && (!date || Temporal.PlainDate.compare(date, clock.lastDay) > 0));
  },
};

export const controlsKinds: Readonly<Record<string, EntryKind>> = {
  "control-announced": {
    about: { fr: "contrôle annoncé, avec son plan", en: "control announced, with its plan" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "control", role: "opens" },
    channel: channelOf(registered, "MSS 7.1"),
    letter: true,
    fields: {
      control_date: { kind: "date", required: true, about: { fr: "date du contrôle", en: "date of the control" } },
      plan: text("plan de contrôle", "control plan", true),
      kind: {
        kind: ["visit", "audit"],
        required: true,
        about: { fr: "visite de conformité ou audit de vérification", en: "conformity visit or verification audit" },
      },
      domains: { kind: "list", about: { fr: "domaines choisis", en: "domains chosen" } },
    },
    checks: [noticeIsLongEnough],
  },
  "control-held": { about: { fr: "contrôle réalisé", en: "control done" }, by: ["agency"], article: "MSS 7.1", matter: control, checks: [notBeforeItsDate] },
  "health-data-seen": {
    about: { fr: "données de santé vues pendant le contrôle", en: "health data seen during the control" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: control,
    fields: {
      physician: text("le médecin présent, qui en garde le contrôle", "the physician present, who keeps it under control", true),
      of: { kind: ["site", "host"], required: true, about: { fr: "médecin du site ou de l’hébergeur", en: "physician of the site or of the host" } },
      hosted_under_l1111_8: { kind: "flag", about: { fr: "données hébergées selon L. 1111-8", en: "data hosted under L. 1111-8" } },
    },
    checks: [
      {
        article: "MSS 7.1",
        code: "law.wrong-physician",
        reason: {
          fr: "Le médecin de l’hébergeur ne suffit que pour des données hébergées selon L. 1111-8 ; sinon un médecin du site.",
          en: "The host’s physician suffices only for data hosted under L. 1111-8; otherwise a physician of the site.",
        },
        ok: (_view, { payload }) => payload.of !== "host" || payload.hosted_under_l1111_8 === true,
      },
    ],
  },
  "control-cost-recorded": {
    about: { fr: "coût d’un contrôle et qui le porte", en: "cost of a control and who bears it" },
    by: ["agency", "operator"],
    article: "MSS 7.1",
    matter: control,
    fields: {
      cost: {
        kind: ["control", "operator-time"],
        required: true,
        about: { fr: "le contrôle, ou le temps de l’opérateur", en: "the control, or the operator’s own time" },
      },
      borne_by: { kind: ["agency", "operator"], required: true, about: { fr: "qui le porte", en: "who bears it" } },
      cents: { kind: "number", about: { fr: "montant en centimes d’euro", en: "amount in euro cents" } },
    },
    checks: [
      {
        article: "MSS 7.1",
        code: "law.wrong-bearer",
        reason: {
          fr: "Le contrôle est aux frais de l’agence ; le temps de l’opérateur reste au sien.",
          en: "The control is at the agency’s cost; the operator’s own time stays with it.",
        },
        ok: (_view, { payload }) => payload.cost === undefined || payload.borne_by === (payload.cost === "control" ? "agency" : "operator"),
      },
    ],
  },
  "control-refused": {
    about: { fr: "contrôle refusé par l’opérateur : un manquement (MSS 12.2)", en: "control refused by the operator: a breach (MSS 12.2)" },
    by: ["operator"],
    article: "MSS 12.2",
    matter: control,
  },
  "control-report-sent": {
    about: { fr: "rapport de contrôle adressé", en: "control report sent" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.2"),
    letter: true,
    fields: {
      compliant: { kind: "flag", required: true, about: { fr: "conforme", en: "compliant" } },
      remedy: { kind: "length", about: { fr: "délai de mise en conformité fixé par la lettre", en: "delay to conform, set by the letter" } },
    },
    checks: [inMatter("control-held", "MSS 7.2", "Le contrôle n’a pas encore eu lieu.", "The control has not taken place yet.")],
  },
  "service-conformed": { about: { fr: "mise en conformité déclarée", en: "conformity declared" }, by: ["operator"], article: "MSS 7.2", matter: control },
  "second-visit-announced": {
    about: { fr: "nouvelle visite annoncée, avec son plan", en: "new visit announced, with its plan" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.1"),
    letter: true,
    fields: {
      control_date: { kind: "date", required: true, about: { fr: "date de la visite", en: "date of the visit" } },
      plan: text("plan de contrôle", "control plan", true),
    },
    checks: [
      inMatter(
        "control-report-sent",
        "MSS 7.2",
        "Il faut d’abord un rapport constatant des écarts.",
        "A report finding faults comes first.",
        (payload) => payload.compliant === false,
      ),
      remedyIsOver,
      noticeIsLongEnough,
    ],
  },
  "second-visit-held": {
    about: { fr: "nouvelle visite réalisée", en: "new visit done" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    checks: [inMatter("second-visit-announced", "MSS 7.1", "La nouvelle visite n’a pas été annoncée.", "The new visit was not announced."), notBeforeItsDate],
  },
  "second-visit-report-sent": {
    about: { fr: "rapport de la nouvelle visite adressé", en: "report of the new visit sent" },
    by: ["agency"],
    article: "MSS 7.2",
    matter: control,
    channel: channelOf(registered, "MSS 7.2"),
    letter: true,
    fields: { compliant: { kind: "flag", required: true, about: { fr: "conforme", en: "compliant" } } },
    checks: [inMatter("second-visit-held", "MSS 7.2", "La nouvelle visite n’a pas encore eu lieu.", "The new visit has not taken place yet.")],
  },
  "suspension-pronounced": {
    about: { fr: "suspension du service avant résiliation", en: "suspension of the service before termination" },
    by: ["agency"],
    article: "MSS 7.2",
    phases: alive,
    matter: control,
    checks: [
      inMatter(
        "second-visit-report-sent",
        "MSS 7.2",
        "Pas de suspension avant une seconde visite restée non conforme.",
        "No suspension before a second visit that still finds faults.",
        (payload) => payload.compliant === false,
      ),
    ],
  },
  "suspension-lifted": { about: { fr: "suspension levée", en: "suspension lifted" }, by: ["agency"], article: "MSS 7.2", matter: control },
  "major-disturbance-recorded": {
    about: { fr: "trouble majeur perturbant gravement l’espace, constaté", en: "major disturbance of the space recorded" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "disturbance", role: "opens" },
    fields: { facts: text("les faits", "the facts", true) },
  },
  "exceptional-measure-taken": {
    about: { fr: "mesure exceptionnelle : domaine coupé", en: "exceptional measure: domain cut" },
    by: ["agency"],
    article: "MSS 7.1",
    phases: alive,
    matter: { of: "disturbance", role: "joins" },
    fields: { reasons: text("les raisons", "the reasons", true) },
  },
  "operator-informed": {
    about: { fr: "opérateur informé de la mesure et de ses raisons", en: "operator told of the measure and why" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins" },
  },
  "exceptional-measure-lifted": {
    about: { fr: "mesure exceptionnelle levée", en: "exceptional measure lifted" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins" },
  },
  "major-disturbance-ended": {
    about: { fr: "fin du trouble : la mesure cesse", en: "end of the disturbance: the measure stops" },
    by: ["agency"],
    article: "MSS 7.1",
    matter: { of: "disturbance", role: "joins", closes: true },
  },
};
