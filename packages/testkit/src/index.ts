// For tests only.
export {
  type AccessibilityFault,
  addPasskeyDevice,
  checkAccessibility,
  hasBrowser,
  openBrowser,
  overflowsSideways,
  type TestBrowser,
} from "./browser.ts";
export { type CardBrowser, missingCardBrowser, openCardBrowser } from "./card-browser.ts";
export { hasClamd, startClamd, type TestClamd } from "./clamd.ts";
export { createTestClock, type TestClock } from "./clock.ts";
export { eventually } from "./eventually.ts";
export { type HeldCard, missingPcsc, type PcscStack, startPcsc } from "./pcsc.ts";
export { createDatabase, hasPostgres, startPostgres, type TestPostgres } from "./postgres.ts";
export { prepareData, type Run, runCommand, startProgram, type TestProgram } from "./program.ts";
export { makeSelfSigned } from "./self-signed.ts";
export { openTestStore, type TestEngine, type TestFolder, type TestStore, temporaryFolder, testEngines } from "./store.ts";
export { buildXdm, metadataOf } from "./xdm.ts";
export { buildZip } from "./zip.ts";
