// The table of addresses, people and codes.

/** A line of the table that `npm start` prints, and of the ready file. */
export type TableRow = { readonly key: string; readonly label: { fr: string; en: string }; readonly value: string };
