/** What TypeScript may use of `launch.js`, which any Node runs as it is. */
export const memoryFlags: readonly string[];
