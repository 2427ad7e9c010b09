// The identifier shown in the application as on the card's first line: the type digit, then the number (psc.md §1.8).
import { eCpsErrors } from "./errors.ts";

/** `899700427885`, `8 99700427885` or the RPPS alone `99700427885` → `899700427885`. Throws `e-cps.bad-id`. */
export function parseNationalId(text: string): string {
  const id = text.replace(/[\s.]/g, "");
  if (/^\d{11}$/.test(id)) return `8${id}`;
  // Other types of the register: 0 ADELI, 3 FINESS + local, 5 establishment + local… (up to 30 characters).
  if (/^8\d{11}$/.test(id) || /^[0-79][\dA-Za-z/_-]{7,29}$/.test(id)) return id;
  throw eCpsErrors.refuse("e-cps.bad-id");
}
