// Words of the portal's own pages.
import { defineTexts } from "@cercle/kernel";

export const homeTexts = defineTexts({
  "program.nav.sign-in": { fr: "Se connecter", en: "Sign in" },
  "program.home.title": { fr: "Un espace de confiance en santé", en: "A trust space for health" },
  "program.home.lead": {
    fr: "Ici, les professionnels de santé prouvent qui ils sont, les logiciels reçoivent le droit de s’en servir, et les messages ne circulent qu’entre personnes habilitées. Ce qui est décidé dans un dossier prend effet dans les services en quelques secondes.",
    en: "Here health professionals prove who they are, software receives the right to rely on it, and messages travel between entitled people only. What is decided in a file takes effect in the services within seconds.",
  },
  "program.home.start": { fr: "Par où commencer", en: "Where to start" },
  "program.home.find": { fr: "Trouver un professionnel", en: "Find a professional" },
  "program.home.search": { fr: "Chercher", en: "Search" },
  "program.way.verify": { fr: "Vérifier", en: "Verify" },
  "program.way.verify.about": {
    fr: "Une preuve, un logo, une signature ; et contre qui cela prouve.",
    en: "A proof, a logo, a signature; and against whom it proves.",
  },
  "program.way.complaint": { fr: "Réclamation", en: "Complaint" },
  "program.way.complaint.about": {
    fr: "Signaler un refus sans motif, un logo usurpé, un message abusif.",
    en: "Report a refusal without reason, a usurped logo, an abusive message.",
  },
  "program.way.what-if": { fr: "Et si… ?", en: "What if…?" },
  "program.way.what-if.about": { fr: "Demander aux textes ce qui arriverait, et quand.", en: "Ask the texts what would happen, and when." },
  "program.home.ways": { fr: "Que cherchez-vous ?", en: "What are you looking for?" },
  "program.way.directory": { fr: "Annuaire", en: "Directory" },
  "program.way.directory.about": {
    fr: "Trouver un professionnel, son lieu d’exercice, sa messagerie.",
    en: "Find a professional, a place of practice, a mailbox.",
  },
  "program.way.cards": { fr: "Cartes", en: "Cards" },
  "program.way.cards.about": { fr: "Les cartes simulées de ce bac à sable et leur état.", en: "The simulated cards of this sandbox and their state." },
  "program.way.account": { fr: "Agents et partenaires", en: "Officers and partners" },
  "program.way.account.about": {
    fr: "Instruire un dossier, suivre le sien : avec une clé d’accès, sans mot de passe.",
    en: "Examine a file, follow your own: with a passkey, without a password.",
  },
  "program.way.build": { fr: "Construire un logiciel", en: "Build software" },
  "program.way.build.about": {
    fr: "Brancher une application, obtenir des personnes, des cartes et des certificats de test.",
    en: "Connect an application, get test people, cards and certificates.",
  },
  "program.way.label": { fr: "Produits labellisés", en: "Labelled products" },
  "program.way.label.about": { fr: "Les logiciels labellisés, leur niveau, et un logo à vérifier.", en: "Labelled software, its level, and a logo to check." },
  "program.way.vendors": { fr: "Espace éditeurs", en: "Vendor area" },
  "program.way.vendors.about": {
    fr: "Les logiciels de la carte, leurs versions, les certificats racines.",
    en: "The card’s software, its versions, the root certificates.",
  },
  "program.way.public": { fr: "Registres publics", en: "Public registers" },
  "program.way.public.about": { fr: "Opérateurs validés, produits labellisés, disponibilité.", en: "Validated operators, labelled products, availability." },
  "program.home.three": { fr: "Trois mots suffisent", en: "Three words are enough" },
  "program.noun.file": { fr: "Dossier", en: "File" },
  "program.noun.file.about": {
    fr: "Toute la vie d’une relation : demandes, lettres, signatures, décisions. Rien n’y est jamais modifié.",
    en: "The whole life of one relation: requests, letters, signatures, decisions. Nothing in it is ever changed.",
  },
  "program.noun.right": { fr: "Droit", en: "Right" },
  "program.noun.right.about": {
    fr: "Ce que le dossier permet à cet instant, calculé d’après les textes. Personne ne le saisit.",
    en: "What the file allows at this instant, computed from the texts. Nobody types it in.",
  },
  "program.noun.door": { fr: "Porte", en: "Door" },
  "program.noun.door.about": {
    fr: "Ce qui laisse passer ou refuse : connexion, messagerie, certificat. Un refus dit toujours pourquoi.",
    en: "What lets through or refuses: sign-in, mail, certificate. A refusal always says why.",
  },
  "program.home.health": { fr: "Comment va l’espace", en: "How the space is doing" },
  "program.home.well": { fr: "Tout répond", en: "Everything answers" },
  "program.home.busy": { fr: "Quelque chose est en retard", en: "Something is late" },
  "program.home.doors": {
    fr: "{doors} portes en service, {silent} silencieuses ; {unsettled} changements en cours d’application.",
    en: "{doors} doors at work, {silent} silent; {unsettled} changes being applied.",
  },
  "program.home.services": { fr: "Ce qui tourne ici", en: "What runs here" },
  "program.home.sandbox": {
    fr: "Ceci est un bac à sable : identités, cartes et certificats y sont de test.",
    en: "This is a sandbox: its identities, cards and certificates are test material.",
  },
  "program.home.disclaimer": {
    fr: "Cercle ne prétend à aucune équivalence légale avec les services nationaux.",
    en: "Cercle claims no legal equivalence to the national services.",
  },
  "program.help.title": { fr: "Aide", en: "Help" },
  "program.help.what": { fr: "Qu’est-ce que cet espace ?", en: "What is this space?" },
  "program.help.what.answer": {
    fr: "Un espace de confiance réunit ceux qui prouvent une identité, ceux qui s’y fient et ceux qui en fixent les règles. Celui-ci est tenu par : {agency}.",
    en: "A trust space brings together those who prove an identity, those who rely on it and those who set its rules. This one is kept by: {agency}.",
  },
  "program.help.sign-in": { fr: "Comment se connecter ?", en: "How do I sign in?" },
  "program.help.sign-in.answer": {
    fr: "Les agents et les partenaires utilisent une clé d’accès : l’empreinte, le visage ou le code de votre appareil, ou une clé matérielle. Elle se crée une fois, par le lien d’invitation que vous avez reçu, valable une heure. Les professionnels de santé se connectent avec leur carte ou l’application de leur téléphone.",
    en: "Officers and partners use a passkey: the fingerprint, face or code of your device, or a hardware key. It is made once, by the invitation link you received, valid for an hour. Health professionals sign in with their card or the application on their telephone.",
  },
  "program.help.refused": { fr: "Une demande est refusée : que faire ?", en: "A request is refused: what now?" },
  "program.help.refused.answer": {
    fr: "La page du refus dit ce qui manque, depuis quand et au titre de quel article, et porte un numéro. Donnez ce numéro à qui vous aide : il suffit à retrouver ce qui s’est passé.",
    en: "The page of the refusal says what is missing, since when and under which article, and bears a number. Give that number to whoever helps you: it is enough to find what happened.",
  },
  "program.help.try": { fr: "Essayer sur cette machine", en: "Try it on this machine" },
  "program.help.try.answer": {
    fr: "Dans le dossier du programme, ces commandes agissent sur l’espace qui tourne ; chacune explique ses options avec --help.",
    en: "In the program’s folder these commands act on the running space; each explains its options with --help.",
  },
  "program.help.build": { fr: "Brancher un logiciel", en: "Connect software" },
  "program.help.build.answer": {
    fr: "Tout ce que font les pages est aussi une interface de programmation, avec une clé liée à un compte, un rôle et une date de fin.",
    en: "Whatever the pages do is also an API, with a key bound to an account, a role and an end date.",
  },
  "program.help.openapi": { fr: "Description de l’interface (OpenAPI)", en: "Description of the API (OpenAPI)" },
  "program.help.keyboard": { fr: "Au clavier, avec un lecteur d’écran, sans script", en: "By keyboard, with a screen reader, without script" },
  "program.help.keyboard.answer": {
    fr: "Toutes les pages se parcourent au clavier ; le premier lien mène au contenu. Les pages de texte fonctionnent sans JavaScript ; seules les clés d’accès en demandent. Le contraste suit le réglage clair ou sombre de votre appareil.",
    en: "Every page works by keyboard; the first link leads to the content. Pages of text work without JavaScript; only passkeys need it. Contrast follows the light or dark setting of your device.",
  },
  "program.help.data": { fr: "Que garde-t-on de ma visite ?", en: "What is kept of my visit?" },
  "program.help.data.answer": {
    fr: "Sans connexion, rien, sinon la langue que vous choisissez : aucune mesure d’audience. Après connexion, un seul cookie de session, effacé en vous déconnectant. Les journaux techniques portent un numéro de demande et aucune donnée personnelle.",
    en: "Without signing in, nothing but the language you choose: no audience measurement. After signing in, one session cookie, erased when you sign out. Technical logs carry a request number and no personal data.",
  },
});
