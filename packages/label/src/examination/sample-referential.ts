// A referential made up for the sandbox, in the agency's export shape. It is nobody's requirement: every line says so.
import type { Requirement } from "./referential.ts";

const line = (chapter: string, name: string, id: string, requirement: string, level: Requirement["level"], more: Partial<Requirement> = {}): Requirement => ({
  profile: "Centre de santé (fictif)",
  chapter,
  function: name,
  id,
  requirement: `FICTIF — ${requirement}`,
  scenario: `FICTIF — montrer : ${requirement}`,
  proof: "FICTIF — copie d’écran datée",
  kind: "must",
  level,
  scope: "all",
  ...more,
});

export const sampleReferential = {
  name: "Référentiel fictif de démonstration",
  version: "1.0",
  requirements: [
    line("Agenda", "Rendez-vous", "FIC-AGD-1", "planifier un rendez-vous pour plusieurs professionnels", "STD"),
    line("Agenda", "Tournées", "FIC-AGD-7", "préparer une tournée à domicile", "STD", { scope: "homes-only" }),
    line("Dossier", "Dossier partagé", "FIC-DOS-1", "partager un dossier au sein de l’équipe", "STD"),
    line("Dossier", "Dossier partagé", "FIC-DOS-2", "tracer qui a lu un dossier", "STD"),
    line("Dossier", "Plan personnalisé", "FIC-DOS-3", "suivre un plan de soins à plusieurs", "AV"),
    line("Pilotage", "Requêtes", "FIC-PIL-1", "compter les patients d’une file active", "AV"),
    line("Pilotage", "Requêtes", "FIC-PIL-2", "exporter un tableau", "AV", { kind: "may" }),
    line("Mobilité", "Accès", "FIC-MOB-1", "ouvrir un dossier sur un téléphone en visite", "AV", { scope: "homes-only" }),
  ],
} as const satisfies { readonly name: string; readonly version: string; readonly requirements: readonly Requirement[] };
