// The portal's catalogue, French first.
import { deskTexts } from "./texts/desk.ts";
import { fileTexts } from "./texts/file.ts";
import { followTexts } from "./texts/follow.ts";
import { frameTexts } from "./texts/frame.ts";
import { mandateTexts } from "./texts/mandates.ts";
import { overviewTexts } from "./texts/overview.ts";
import { personTexts } from "./texts/person.ts";
import { publicTexts } from "./texts/public.ts";
import { termsTexts } from "./texts/terms.ts";
import { wordsTexts } from "./texts/words.ts";
import { workTexts } from "./texts/work.ts";

export const portalTexts = {
  ...frameTexts,
  ...workTexts,
  ...fileTexts,
  ...deskTexts,
  ...publicTexts,
  ...overviewTexts,
  ...mandateTexts,
  ...followTexts,
  ...termsTexts,
  ...personTexts,
  ...wordsTexts,
};
