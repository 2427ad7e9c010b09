// Persons as the provider knows them: found in the directory at each use, kept for less than a second.

import type { Directory, Professional } from "./ports.ts";
import { nationalIdOf } from "./sign-in/identifier.ts";

export type People = {
  /** Active persons only. */
  find(nationalId: string): Promise<Professional | undefined>;
  findSubject(subject: string): Promise<Professional | undefined>;
  forget(nationalId: string): void;
};

const cacheMillis = 900;
const maximumCached = 5000;

export function createPeople(directory: Directory): People {
  const cache = new Map<string, { at: number; person: Professional | undefined }>();
  const find: People["find"] = async (nationalId) => {
    const known = cache.get(nationalId);
    if (known && performance.now() - known.at < cacheMillis) return known.person;
    const found = await directory.findProfessional(nationalId);
    const person = found?.active ? found : undefined;
    if (cache.size >= maximumCached) cache.clear();
    cache.set(nationalId, { at: performance.now(), person });
    return person;
  };
  return {
    find,
    // An identifier that changed still finds its person: the subject given at sign-in stays for the session.
    findSubject: (subject) => find(nationalIdOf(subject)),
    forget: (nationalId) => void cache.delete(nationalId),
  };
}
