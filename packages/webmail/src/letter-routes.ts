// What is written: one form. Its files are held by a draft, so that looking somebody up, or a refusal, loses none.
import type { MailAccount } from "@cercle/imap";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { summariseXdm } from "@cercle/xdm";
import { z } from "zod";
import { type Attached, judgeFiles, kindOf, limits } from "./attachments.ts";
import type { Desk, InBox } from "./desk.ts";
import { webmailErrors } from "./errors.ts";
import { answerTo, buildLetter, emptyLetter, type Letter, letterForm, letterOf, readAddresses } from "./letter.ts";
import { findFolder, folderFor, openMessage } from "./mail.ts";
import { buildLetterPage } from "./pages/letter.ts";
import type { Found, PatientForm } from "./ports.ts";
import { boxKey } from "./routes.ts";
import type { Key } from "./words.ts";

const writeQuery = z.object({
  folder: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  uid: z.coerce.number().int().min(1).max(4_294_967_295).optional(),
  all: z.string().max(2).optional(),
  draft: z.string().max(2).optional(),
});
/** The files and a margin for the text and the form around them. */
const uploadBytes = limits.bytes + 2 * 1024 * 1024;

export function letterRoutes(desk: Desk): readonly Route[] {
  const { ports } = desk;
  type Asked = Parameters<Desk["show"]>[0];
  type More = { files?: readonly Attached[]; found?: readonly Found[]; problem?: string };
  const page = (asked: Asked, inside: InBox, letter: Letter, { problem, ...more }: More = {}): Reply => {
    const view = { box: inside.box, key: inside.key, folders: inside.folders, current: "write" };
    const main = buildLetterPage(inside.words, view, { letter, patients: ports.patients, from: inside.box.address, files: [], problem, ...more });
    return desk.show(asked, inside.session, { title: inside.words.t("webmail.letter.title"), main, view, wide: false }, problem ? 422 : 200);
  };
  /** Why a letter cannot go, in words; undefined when it has gone. */
  const send = async ({ session, box, words }: InBox, letter: Letter, files: readonly Attached[]): Promise<string | undefined> => {
    const [to, cc] = [readAddresses(letter.to), readAddresses(letter.cc)];
    if (!to || !cc) return words.t("webmail.letter.bad-address");
    if (to.length + cc.length === 0) return words.t("webmail.letter.no-recipient");
    const raw = await buildLetter(
      letter,
      { address: box.address, name: box.kind === "personal" ? session.name : "" },
      files,
      await describeDocuments(files, ports),
    );
    try {
      await ports.submit(box.address, session.person, { recipients: [...to, ...cc], raw });
      return undefined;
    } catch (error) {
      // A refusal of submission carries its own words; anything else is not for pages.
      if ((error as { responseCode?: unknown }).responseCode === undefined) throw error;
      return (error as Error).message.replace(/^\d\.\d+\.\d+ /, "");
    }
  };
  return [
    defineRoute({
      method: "GET",
      path: "/b/:box/write",
      about: "A new message, an answer, or a draft gone on with.",
      who: "anyone",
      page: true,
      params: boxKey,
      query: writeQuery,
      handle: ({ params, query, ...asked }) =>
        desk.inBox(asked, params.box, async (inside) => {
          const { account, folders, words, box } = inside;
          if (query.folder === undefined || query.uid === undefined) return page(asked, inside, emptyLetter);
          const reading = await openMessage(account, findFolder(folders, query.folder), query.uid);
          if (query.draft) return page(asked, inside, letterOf(reading, query.uid), { files: reading.attachments });
          const wrote = words.t("webmail.letter.wrote", { date: words.moment(reading.date), who: reading.from?.name || reading.from?.address || "" });
          return page(asked, inside, answerTo(reading, { all: query.all !== undefined, own: box.address, wrote }));
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/b/:box/write",
      about: "Sends a message, keeps a draft, attaches files, or looks the directory up.",
      who: "anyone",
      page: true,
      params: boxKey,
      body: letterForm,
      uploadBytes,
      perMinute: 120,
      handle: ({ params, body, ...asked }) =>
        desk.inBox(asked, params.box, async (inside) => {
          const { account, session, box, words } = inside;
          if (!box.maySend) throw webmailErrors.refuse("webmail.not-here");
          const drafts = folderFor(inside.folders, "\\Drafts");
          const before = body.draft ? await openDraft(account, drafts, Number(body.draft)) : [];
          const removed = /^remove-(\d+)$/.exec(body.act)?.[1];
          const wanted = [...before.filter((_, i) => removed === undefined || i !== Number(removed)), ...body.files];
          const bad = judgeFiles(wanted);
          // What breaks a rule is not taken; what was there before stays.
          const files = bad ? before : wanted;
          const changed = files !== before && (body.files.length > 0 || removed !== undefined);
          const keep = async (): Promise<Letter> => {
            const raw = await buildLetter(body, { address: box.address, name: session.name }, files);
            const kept = await account.append(drafts.name, { raw, flags: ["\\Draft", "\\Seen"] });
            await discard(account, drafts.id, body.draft);
            return { ...body, draft: String(kept.uid) };
          };
          const letter = changed || body.act === "draft" ? await keep() : body;
          if (bad) return page(asked, inside, letter, { files, problem: words.t(`webmail.file.${bad.problem}`, { name: bad.name }) });
          if (body.act === "draft") return Reply.see(`/b/${params.box}/${drafts.id}?done=kept`);
          if (body.act === "look") {
            const found = body.look.length < 2 ? [] : await ports.lookUp(body.look, { person: session.person, address: "" });
            return page(asked, inside, letter, { files, found });
          }
          if (body.act === "add") {
            const added = [body.add ?? []].flat();
            const to = [...new Set([...(readAddresses(body.to) ?? [body.to]), ...added])].filter(Boolean).join(", ");
            return page(asked, inside, { ...letter, look: "", to }, { files });
          }
          if (body.act === "patient") {
            const formed = ports.patients?.form(identityOf(body)) ?? { refused: "malformed" };
            if ("refused" in formed) return page(asked, inside, letter, { files, problem: words.t(patientReason(formed.refused)) });
            const to = [...new Set([...(readAddresses(body.to) ?? [body.to]), formed.address])].filter(Boolean).join(", ");
            return page(asked, inside, { ...letter, ...noPatient, to }, { files });
          }
          if (body.act !== "send") return page(asked, inside, letter, { files });
          const problem = await send(inside, letter, files);
          if (problem !== undefined) return page(asked, inside, letter, { files, problem });
          await discard(account, drafts.id, letter.draft);
          return Reply.see(`/b/${params.box}?done=sent`);
        }),
    }),
  ];
}

const noPatient = {
  patient_number: "",
  patient_birth_name: "",
  patient_given_name: "",
  patient_birth_date: "",
  patient_state: "provisional",
  patient_sex: "I",
} as const;
const identityOf = (form: Letter): PatientForm => ({
  number: form.patient_number,
  system: form.patient_system,
  state: form.patient_state,
  birthName: form.patient_birth_name,
  givenName: form.patient_given_name,
  birthDate: form.patient_birth_date,
  sex: form.patient_sex,
});
const patientReason = (refused: string): Key => patientReasons.find((known) => known === `webmail.patient.${refused}`) ?? "webmail.patient.malformed";
const patientReasons = [
  "webmail.patient.malformed",
  "webmail.patient.bad-key",
  "webmail.patient.unknown-system",
  "webmail.patient.not-qualified",
  "webmail.patient.traits-missing",
] as const;

/** ECO.2.4.1, ECO.2.4.2: what an archive of documents holds, told in the headers; nothing without one. */
async function describeDocuments(files: readonly Attached[], { patients }: Desk["ports"]): Promise<Readonly<Record<string, string>>> {
  const archive = files.find((file) => kindOf(file) === "xdm");
  const told = archive && (await summariseXdm(archive.bytes));
  if (told?.kind !== "summary") return {};
  const codes = [...new Set(told.documents.flatMap(({ type }) => (type && /^[\w.-]{1,40}$/.test(type.code) ? [type.code] : [])))];
  const { patient } = told;
  const qualified = patient && patients?.systems.includes(patient.system) && patient.familyName && patient.givenName && patient.birthDate && patient.sex;
  return { ...(codes.length > 0 ? { "X-MSS-CODECDA": codes.join(",") } : {}), "X-MSS-INS": qualified ? "O" : "N" };
}

/** The files that a draft holds; none when it is gone. */
async function openDraft(account: MailAccount, drafts: { id: string }, uid: number): Promise<readonly Attached[]> {
  const reading = await openMessage(account, drafts, uid).catch(() => undefined);
  return reading?.attachments ?? [];
}

async function discard(account: MailAccount, drafts: string, draft: string): Promise<void> {
  if (draft === "") return;
  await account.setFlags(drafts, [Number(draft)], { mode: "add", flags: ["\\Deleted"] });
  await account.expunge(drafts, [Number(draft)]);
}
