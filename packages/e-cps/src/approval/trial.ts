/** What a trial request names as its service. */
export const trialClient = {
  id: "e-cps-trial",
  name: { fr: "Essai de l’e-CPS", en: "e-CPS trial" },
  purpose: { fr: "vérifier que tout fonctionne", en: "check that all is well" },
};
