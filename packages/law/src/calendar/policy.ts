// How days are counted is written in none of the contracts. It is therefore a policy: named, versioned, chosen by counsel,
// shown with each date. A later version gets a new name; the old ones stay, so that a past date is counted as it was.
import type { Text } from "@cercle/kernel";
import { isTerritory, type Territory, territories } from "./holidays.ts";

export type CountingPolicy = {
  /** `fr-metropole-2026.1`; with `-641` when nothing is moved to a working day. */
  readonly id: string;
  readonly territory: Territory;
  readonly timeZone: string;
  /** CPC 642: an expiry on a Saturday, a Sunday or a holiday moves to the next working day (where the clause allows it). */
  readonly moves: boolean;
  /** LAB 4.1 "mois calendaires": from date to date, or whole civil months. */
  readonly calendarMonths: "date-to-date" | "whole";
  /** A letter that comes back unclaimed counts as received on the day of its first presentation. */
  readonly unclaimed: "first-presentation";
  readonly about: Text;
};

export const policyVersion = "2026.1";

const counted = {
  fr: "Le jour de l’acte ne compte pas (CPC 641) ; les mois vont de quantième à quantième, au dernier jour du mois à défaut",
  en: "The day of the act does not count (CPC 641); months run to the same day of the month, or to its last day",
};
const moved = {
  fr: " ; un terme qui tombe un samedi, un dimanche ou un jour férié est reporté au premier jour ouvrable suivant (CPC 642), là où la clause le permet.",
  en: "; an expiry on a Saturday, a Sunday or a holiday moves to the next working day (CPC 642), where the clause allows it.",
};
const kept = { fr: " ; aucun report (CPC 641 seul).", en: "; nothing is moved (CPC 641 alone)." };

/** The policy of a territory, with or without the move of CPC 642. */
export function policyOf(territory: Territory, moves = true): CountingPolicy {
  const tail = moves ? moved : kept;
  return {
    id: `fr-${territory}-${policyVersion}${moves ? "" : "-641"}`,
    territory,
    timeZone: territories[territory].timeZone,
    moves,
    calendarMonths: "date-to-date",
    unclaimed: "first-presentation",
    about: { fr: `${territories[territory].name}. ${counted.fr}${tail.fr}`, en: `${territories[territory].name}. ${counted.en}${tail.en}` },
  };
}

export const defaultPolicy = policyOf("metropole");

/** Every policy there is. */
export function listPolicies(): readonly CountingPolicy[] {
  return Object.keys(territories)
    .filter(isTerritory)
    .flatMap((territory) => [policyOf(territory), policyOf(territory, false)]);
}

/**
 * The policy named by a text and a territory: a full name (`fr-guyane-2026.1`), or the short `641` or `641-642` within the territory.
 * Undefined when no policy has that name, or when name and territory disagree.
 */
export function findPolicy(name: string | undefined, territory: Territory | undefined): CountingPolicy | undefined {
  const within = territory ?? "metropole";
  if (name === undefined || name === "641-642") return policyOf(within);
  if (name === "641") return policyOf(within, false);
  const found = listPolicies().find((policy) => policy.id === name);
  return territory !== undefined && found?.territory !== territory ? undefined : found;
}
