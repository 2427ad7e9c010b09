// The card's room in the house: certificates from the PKI, holders from the directory when it is there.
import { type Cards, cardPages, cardRoutes, createCards, createInsertions, type Holder } from "@cercle/card";
import { realClock } from "@cercle/kernel";
import { conformityRoutes } from "../conformity/routes.ts";
import type { House } from "../house.ts";

/** What the directory answers of a professional, as far as a card needs it. */
export type CardProfessional = {
  readonly nationalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly active: boolean;
  readonly civility?: { readonly code: string };
  readonly activities: readonly Readonly<Record<string, string>>[];
  readonly exercises?: readonly {
    readonly profession: { readonly code: string; readonly label: string };
    readonly knowHow: { readonly code: string };
    readonly exerciseCivility: { readonly code: string };
  }[];
};

export async function startCard(house: House, ports: { findProfessional?(nationalId: string): Promise<CardProfessional | undefined> } = {}): Promise<Cards> {
  const { store, vault, authority, governance, frame } = house;
  const trace: Parameters<typeof createCards>[0]["trace"] = (tx, facts) => governance.evidence.trace(tx, { room: "card", ...facts });
  const holders = {
    async findHolder(nationalId: string): Promise<Holder | undefined> {
      const person = await ports.findProfessional?.(nationalId);
      return person?.active ? toHolder(person) : undefined;
    },
  };
  const cards = createCards({ store, issuer: authority, holders, vault, real: realClock, trace, mode: house.mode });
  const insertions = createInsertions({ store, cards, real: realClock, trace });
  house.onStop(() => insertions.stop());
  house.addRoutes([...cardRoutes({ cards, insertions }), ...cardPages({ cards, frame }), ...conformityRoutes(() => authority.anchors())]);
  return cards;
}

/** A card carries at most sixteen situations. */
function toHolder(person: CardProfessional): Holder {
  const exercise = person.exercises?.[0];
  const civility = exercise?.exerciseCivility.code || person.civility?.code;
  return {
    nationalId: person.nationalId,
    familyName: person.familyName,
    givenName: person.givenName,
    ...(civility ? { civility } : {}),
    ...(exercise ? { profession: { code: exercise.profession.code, label: exercise.profession.label } } : {}),
    ...(exercise?.knowHow.code ? { speciality: exercise.knowHow.code } : {}),
    language: "fr",
    situations: person.activities.slice(0, 16).map((activity, i) => ({
      index: i + 1,
      name: activity.raisonSocialeSite ?? "",
      structure: activity.ancienIdentifiantDeLaStructure || activity.identifiantTechniqueDeLaStructure || "",
      sector: activity.codeSecteurDactivite ?? "",
      ...(activity.codeModeExercice ? { role: activity.codeModeExercice } : {}),
    })),
  };
}
