// For tests only.
export { createTestClock, type TestClock } from "./clock.ts";
export { eventually } from "./eventually.ts";
export { createDatabase, hasPostgres, startPostgres, type TestPostgres } from "./postgres.ts";
export { openTestStore, type TestEngine, type TestStore, temporaryFolder, testEngines } from "./store.ts";
