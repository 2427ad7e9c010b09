/** The files that an actor sees: all, or those of their parties and those of mandates running now (by reference). */
export type Reach = "all" | { readonly parties: readonly string[]; readonly files: readonly string[] };
