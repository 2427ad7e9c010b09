// What a client receives of a person: pure functions of the directory's record, the sign-in and the client's profile.
// Field by field after the published test identities (docs/deviations.md, "Claims").

import type { Activity, Professional } from "../ports.ts";
import { meansOf } from "../sign-in/means.ts";
import type { Profile } from "./profiles.ts";

/** The thirty keys of an activity, in the published order; always all there, "" when unknown. */
export const activityKeys = [
  "codeModeExercice",
  "codeSecteurDactivite",
  "codeSectionPharmacien",
  "codeRole",
  "codeGenreActivite",
  "numeroSiretSite",
  "numeroSirenSite",
  "numeroFinessSite",
  "numeroFinessetablissementJuridique",
  "identifiantTechniqueDeLaStructure",
  "raisonSocialeSite",
  "enseigneCommercialeSite",
  "complementDestinataire",
  "complementPointGeographique",
  "numeroVoie",
  "indiceRepetitionVoie",
  "codeTypeDeVoie",
  "libelleVoie",
  "mentionDistribution",
  "bureauCedex",
  "codePostal",
  "codeCommune",
  "codePays",
  "codeDepartement",
  "telephone",
  "telephone2",
  "telecopie",
  "adresseEMail",
  "ancienIdentifiantDeLaStructure",
  "autoriteDenregistrement",
] as const;

const professionSystem = "1.2.250.1.213.1.1.5.5";
const sectorSystem = "1.2.250.1.71.4.2.4";

/** What a sign-in left behind, as claims need it. */
export type SignInFacts = { readonly amr: readonly string[]; readonly authTime: number; readonly sid: string; readonly nonce: string };

type Claims = Record<string, unknown>;

export function isEditIdentity(person: Professional): boolean {
  return person.otherIds.some((id) => id.origine === "EDIT");
}

function buildActivity(activity: Activity): Claims {
  return Object.fromEntries(activityKeys.map((key) => [key, activity[key] ?? ""]));
}

/** UserInfo. `authMode` is that of the sign-in. */
export function buildUserInfo(person: Professional, profile: Profile, amr: readonly string[]): Claims {
  const identity: Claims = {
    sub: person.subjectId,
    preferred_username: person.nationalId,
    given_name: person.givenName,
    family_name: person.familyName,
    SubjectNameID: person.nationalId,
  };
  const first = person.exercises[0];
  // Minimal identity, no professional data: six members, the civil title among them at the top.
  if (!first && !isEditIdentity(person)) return { ...identity, ...(person.civility ? { codeCivilite: person.civility } : {}) };
  const activity = first?.activities[0];
  const sector = activity?.codeSecteurDactivite ?? "";
  const dropped = profile.sector ? [] : ["codeGenreActivite"];
  return {
    ...identity,
    Secteur_Activite: sector ? `${sector}^${sectorSystem}` : "",
    SubjectOrganization: activity?.raisonSocialeSite ?? "",
    SubjectOrganizationID: activity?.identifiantTechniqueDeLaStructure ?? "",
    SubjectRole: [...new Set(person.exercises.map((exercise) => `${exercise.codeProfession}^${professionSystem}`))],
    Mode_Acces_Raison: "",
    Acces_Regulation_Medicale: "FAUX",
    UITVersion: "1.0",
    Palier_Authentification: "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
    PSI_Locale: "1.2.250.1.213.1.3.1.1",
    ...(profile.sector ? { authMode: meansOf(amr).authMode, otherIds: person.otherIds } : { email_verified: false }),
    // EDIT identities carry these two at the top as well (S15).
    ...(isEditIdentity(person) ? { codeCivilite: person.civility, codeGenreActivite: activity?.codeGenreActivite ?? "" } : {}),
    SubjectRefPro: {
      codeCivilite: person.civility,
      exercices: person.exercises.map(({ activities, ...exercise }) => ({
        ...exercise,
        activities: activities.map((one) => Object.fromEntries(Object.entries(buildActivity(one)).filter(([key]) => !dropped.includes(key)))),
      })),
    },
  };
}

/** Members of the access token beside `exp iat jti iss sub scope cnf`. */
export function buildAccessClaims(person: Professional, profile: Profile, facts: SignInFacts, clientId: string): Claims {
  return {
    auth_time: facts.authTime,
    typ: "Bearer",
    azp: clientId,
    nonce: facts.nonce,
    session_state: facts.sid,
    acr: profile.acr[meansOf(facts.amr).acrAs],
    ...(profile.authLevel ? { auth_level: profile.authLevel } : {}),
    ...(profile.sector ? { sid: facts.sid, authMode: meansOf(facts.amr).authMode, otherIds: person.otherIds } : { email_verified: false }),
    ...(profile.subjectNameId ? { SubjectNameID: person.nationalId } : {}),
    preferred_username: person.nationalId,
  };
}

/** Members of the ID token beside `iss sub aud exp iat nonce sid acr auth_time`. No complete one was ever published: access token's members. */
export function buildIdClaims(person: Professional, profile: Profile, facts: SignInFacts, clientId: string): Claims {
  const { nonce: _nonce, sid: _sid, ...claims } = buildAccessClaims(person, profile, facts, clientId);
  return { ...claims, typ: "ID", given_name: person.givenName, family_name: person.familyName };
}

/** Every claim that any profile gives; oidc-provider lets through only what is named. */
export const claimNames: readonly string[] = [
  "sub",
  "acr",
  "auth_time",
  "auth_level",
  "azp",
  "typ",
  "session_state",
  "authMode",
  "otherIds",
  "email_verified",
  "preferred_username",
  "given_name",
  "family_name",
  "codeCivilite",
  "codeGenreActivite",
  "test",
  "SubjectNameID",
  "Secteur_Activite",
  "SubjectOrganization",
  "SubjectOrganizationID",
  "SubjectRole",
  "Mode_Acces_Raison",
  "Acces_Regulation_Medicale",
  "UITVersion",
  "Palier_Authentification",
  "PSI_Locale",
  "SubjectRefPro",
];

/** A `cnf` thumbprint in the profile's form; `thumbprint` is RFC 8705's base64url. */
export function encodeThumbprint(thumbprint: string, profile: Profile): string {
  if (profile.cnf === "rfc8705") return thumbprint;
  return Buffer.from(Buffer.from(thumbprint, "base64url").toString("hex")).toString("base64");
}
