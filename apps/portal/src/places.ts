// Where one can go: the places of the top bar by role, and those at the foot of every page.
import { agencyRoles, isAgency, isController } from "@cercle/governance";
import { type Language, say } from "@cercle/kernel";
import type { Place } from "@cercle/pages";
import type { Actor } from "@cercle/web";
import { portalTexts } from "./texts.ts";

/** Who sees the pages of the agency; a controller from outside sees in them the files of their mandates, and nothing else. */
export const deskRoles = [...agencyRoles, "controller"];
/** Who stands for the other side of a file. */
export const partyRoles = ["vendor", "operator-contact"];

type Stop = { readonly href: string; readonly key: keyof typeof portalTexts };

const visitor: readonly Stop[] = [
  { href: "/directory", key: "portal.nav.directory" },
  { href: "/registers", key: "portal.nav.registers" },
  { href: "/verify", key: "portal.nav.verify" },
  { href: "/help", key: "portal.nav.help" },
];
/** In a sandbox the portal is a client of Pro Santé Connect by itself. */
const own: Stop = { href: "/me", key: "portal.nav.me" };
const controller: readonly Stop[] = [
  { href: "/files", key: "portal.nav.controlled" },
  { href: "/work", key: "portal.nav.work" },
  { href: "/calendar", key: "portal.nav.calendar" },
  { href: "/controls", key: "portal.nav.controls" },
];
const agency: readonly Stop[] = [
  { href: "/work", key: "portal.nav.work" },
  { href: "/files", key: "portal.nav.files" },
  { href: "/letters", key: "portal.nav.letters" },
  { href: "/calendar", key: "portal.nav.calendar" },
  { href: "/controls", key: "portal.nav.controls" },
  { href: "/statistics", key: "portal.nav.statistics" },
];
const party: readonly Stop[] = [
  { href: "/work", key: "portal.nav.work" },
  { href: "/files", key: "portal.nav.own-files" },
  { href: "/letters", key: "portal.nav.letters" },
  { href: "/calendar", key: "portal.nav.calendar" },
  { href: "/what-if", key: "portal.nav.what-if" },
];
const everyone: readonly Stop[] = [
  { href: "/registers", key: "portal.nav.registers" },
  { href: "/directory", key: "portal.nav.directory" },
  { href: "/label", key: "portal.nav.label" },
  { href: "/terms", key: "portal.nav.terms" },
  { href: "/verify", key: "portal.nav.verify" },
  { href: "/what-if", key: "portal.nav.what-if" },
  { href: "/complaint", key: "portal.nav.complaint" },
  { href: "/help", key: "portal.nav.help" },
  { href: "/openapi.json", key: "portal.nav.api" },
];

/** Only an officer moves the clock of a sandbox. */
export function movesClock(actor: Actor): boolean {
  return actor.kind === "account" && actor.roles.includes("officer");
}

export function listPlaces(actor: Actor, language: Language, mode: "sandbox" | "live"): readonly Place[] {
  const signIn: Stop = { href: mode === "sandbox" ? "/sandbox/enter" : "/sign-in", key: "portal.nav.sign-in" };
  const stops =
    actor.kind !== "account" ? [...visitor, ...(mode === "sandbox" ? [own] : []), signIn] : isAgency(actor) ? agency : isController(actor) ? controller : party;
  const mail: readonly Stop[] = actor.kind === "account" && actor.roles.includes("operator-contact") ? [{ href: "/mail", key: "portal.nav.mail" }] : [];
  return [...stops, ...mail].map((stop) => toPlace(stop, language));
}

/** Where one can go at an operator alone. */
export function listPlacesAlone(actor: Actor, language: Language): readonly Place[] {
  const stop: Stop = actor.kind === "account" ? { href: "/mail", key: "portal.nav.mail" } : { href: "/sign-in", key: "portal.nav.sign-in" };
  return [toPlace(stop, language)];
}

export function listFoot(language: Language): { links: readonly Place[]; text: string } {
  return { links: everyone.map((stop) => toPlace(stop, language)), text: say(portalTexts["portal.foot"], language) };
}

function toPlace({ href, key }: Stop, language: Language): Place {
  return { href, label: say(portalTexts[key], language) };
}
