import { defineTexts } from "@cercle/kernel";

export const directoryTexts = defineTexts({
  "directory.phase.reading": { fr: "lecture", en: "reading" },
  "directory.phase.comparing": { fr: "comparaison", en: "comparing" },
  "directory.phase.indexing": { fr: "index", en: "indexing" },
  "directory.phase.done": { fr: "fait", en: "done" },
  "directory.lines-a-second": { fr: "lignes/s", en: "lines/s" },
  "directory.line": { fr: "ligne", en: "line" },
  "directory.columns": { fr: "colonnes", en: "columns" },
  "directory.report.lines": {
    fr: "lignes : {read} lues, {same} inchangées, {added} nouvelles, {closed} disparues, {duplicate} en double, {rejected} refusées",
    en: "lines: {read} read, {same} unchanged, {added} new, {closed} gone, {duplicate} duplicate, {rejected} refused",
  },
  "directory.report.persons": {
    fr: "personnes : {added} nouvelles, {changed} changées, {gone} parties, {returned} revenues",
    en: "persons: {added} new, {changed} changed, {gone} gone, {returned} back",
  },
  "directory.report.structures": {
    fr: "structures : {added} nouvelles, {changed} changées, {gone} parties, {returned} revenues",
    en: "structures: {added} new, {changed} changed, {gone} gone, {returned} back",
  },
  "directory.report.doubts": { fr: "lignes douteuses (parmi les nouvelles) :", en: "doubtful lines (among new ones):" },
  "directory.doubt.columns": { fr: "nombre de colonnes inattendu, ligne laissée", en: "unexpected number of columns, line left out" },
  "directory.doubt.encoding": { fr: "caractères illisibles", en: "unreadable characters" },
  "directory.doubt.duplicate": { fr: "ligne déjà lue dans ce fichier", en: "line already read in this file" },
  "directory.doubt.identifier-key": { fr: "clé de l’identifiant fausse, ligne prise", en: "wrong key of the identifier, line taken" },
  "directory.doubt.identifier-length": { fr: "longueur de l’identifiant inattendue, ligne prise", en: "unexpected length of the identifier, line taken" },
  "directory.doubt.structure-key": { fr: "clé de la structure fausse, ligne prise", en: "wrong key of the structure, line taken" },
  "directory.doubt.no-identifier": { fr: "sans identifiant national, ligne laissée", en: "without national identifier, line left out" },
  "directory.doubt.no-address": { fr: "sans adresse ou de type inconnu, ligne laissée", en: "without address or of unknown kind, line left out" },
});
