// A letter as a print-ready PDF: tagged (PDF/UA), fonts embedded, A4 with the address where a windowed envelope shows it.
// It prints the newest published head, so that each letter hands one to its addressee on paper.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Language, say } from "@cercle/kernel";
import PDFDocument from "pdfkit";
import { evidenceTexts } from "./texts.ts";

export type PaperFacts = {
  readonly title: string;
  readonly language: Language;
  readonly sender: string;
  readonly reference: string;
  /** Of the file it belongs to. */
  readonly file: string;
  readonly recipient: { readonly name: string; readonly address: readonly string[] };
  readonly channel: "registered" | "registered-receipt" | "electronic-registered" | "document";
  /** In words, as the addressee reads it. */
  readonly date: string;
  readonly clause?: string | undefined;
  readonly paragraphs: readonly string[];
  readonly head?: { readonly size: number; readonly root: string } | undefined;
};

const require = createRequire(import.meta.url);
const fontPath = (weight: 400 | 700): string => require.resolve(`@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-${weight}-normal.woff`);
const millimetre = 72 / 25.4;

type Paper = InstanceType<typeof PDFDocument>;

/** Builds the PDF. The same facts give the same text; creation dates differ. */
export async function buildPaper(facts: PaperFacts, createdAt: Date): Promise<Uint8Array> {
  const options: PDFKit.PDFDocumentOptions = {
    size: "A4",
    margin: 25 * millimetre,
    pdfVersion: "1.7",
    tagged: true,
    displayTitle: true,
    lang: facts.language === "fr" ? "fr-FR" : "en",
    info: { Title: facts.title, Author: facts.sender, CreationDate: createdAt, ModDate: createdAt },
  };
  // The types of the library do not know this subset (ISO 14289-1) yet.
  const doc = new PDFDocument(Object.assign(options, { subset: "PDF/UA" }));
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
  doc.registerFont("text", readFileSync(fontPath(400)) as unknown as string);
  doc.registerFont("strong", readFileSync(fontPath(700)) as unknown as string);
  writePaper(doc, facts);
  doc.end();
  return done;
}

function writePaper(doc: Paper, facts: PaperFacts): void {
  const root = doc.struct("Document");
  doc.addStructure(root);
  const word = (key: keyof typeof evidenceTexts, params = {}): string => say(evidenceTexts[key], facts.language, params);
  const write = (tag: string, text: string, size = 11, font = "text", place?: { x: number; y: number; width: number }): void => {
    root.add(
      doc.struct(tag, {}, () => {
        doc.font(font).fontSize(size);
        if (place) doc.text(text, place.x, place.y, { width: place.width });
        else doc.text(text, { paragraphGap: 8 });
      }),
    );
  };
  const left = 25 * millimetre;
  write("P", facts.sender, 11, "strong", { x: left, y: 20 * millimetre, width: 80 * millimetre });
  // NF Z 11-001: the window of the envelope, 45 to 85 mm from the top, right half.
  if (facts.recipient.name !== "")
    write("P", [facts.recipient.name, ...facts.recipient.address].join("\n"), 11, "text", { x: 105 * millimetre, y: 48 * millimetre, width: 85 * millimetre });
  doc.x = left;
  doc.y = 92 * millimetre;
  const width = { width: doc.page.width - 2 * left };
  doc.text("", left, doc.y, width);
  if (facts.channel !== "document") write("P", word(`evidence.paper.${facts.channel}`), 11, "strong");
  write("P", word("evidence.paper.references", { reference: facts.reference, file: facts.file, date: facts.date }), 10);
  write("H1", facts.title, 15, "strong");
  for (const paragraph of facts.paragraphs) write("P", paragraph);
  if (facts.clause) write("P", word("evidence.paper.clause", { clause: facts.clause }), 10);
  if (facts.head) write("P", word("evidence.paper.head", { size: facts.head.size, root: facts.head.root }), 8);
  root.end();
}
