// Waiting for what comes by itself: asks again every 20 ms, gives up with the question's own words.

/** Resolves once `check` answers true; rejects after `seconds` (30 unless told). */
export async function eventually(check: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`it never came: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
