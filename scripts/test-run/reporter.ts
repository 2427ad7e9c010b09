// Reporter of one test file for `npm test`: a JSON line for each test that ended, suites left out.
import type { TestEvent } from "node:test/reporters";

export type TestEnd = { readonly name: string; readonly outcome: "passed" | "failed" | "skipped" };

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    if (event.data.details.type === "suite" && event.type === "test:pass") continue;
    const skipped = event.type === "test:pass" && event.data.skip !== undefined && event.data.skip !== false;
    const end: TestEnd = { name: event.data.name, outcome: skipped ? "skipped" : event.type === "test:pass" ? "passed" : "failed" };
    // A suite fails with its tests; alone it is told only when its own hooks failed.
    if (event.data.details.type === "suite" && isOnlyItsTests(event.data.details)) continue;
    yield `${JSON.stringify(end)}\n`;
  }
}

function isOnlyItsTests(details: object): boolean {
  const error = (details as { error?: { failureType?: unknown } }).error;
  return error?.failureType === "subtestsFailed";
}
