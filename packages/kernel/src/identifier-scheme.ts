// Identifier schemes of a trust space: their form and check rule come from the space's folder, so that no room knows a country's.
import type { Text } from "./texts.ts";

/** `luhn` over all digits; `luhn-numeric` only where all are digits; `digit-sum-5`: their sum is a multiple of 5; `mod-97`: ISO 7064 MOD 97-10; `complement-97`: the last two digits are 97 less the
 * rest of the others by 97, where 2A and 2B among those stand for 19 and 18. */
export const checkRules = ["none", "luhn", "luhn-numeric", "digit-sum-5", "mod-97", "complement-97"] as const;
export type CheckRule = (typeof checkRules)[number];

export type IdentifierScheme = {
  /** What people call it: the name in messages and on the wire. */
  readonly id: string;
  readonly of: "person" | "structure";
  readonly label: Text;
  readonly pattern: string;
  readonly check: CheckRule;
  /** Numbers of a range with a rule of their own. */
  readonly except?: readonly { readonly starts_with: string; readonly check: CheckRule }[];
  /** Stands before the number in the space's common identifier. */
  readonly national_prefix: string;
};

/** `malformed` is a reason to refuse; `bad-key` is one to warn, since official examples fail too. */
export function checkIdentifier(scheme: IdentifierScheme, value: string): "good" | "bad-key" | "malformed" {
  if (value.length > 80 || !new RegExp(scheme.pattern, "u").test(value)) return "malformed";
  const rule = scheme.except?.find((range) => value.startsWith(range.starts_with))?.check ?? scheme.check;
  return passes(rule, value) ? "good" : "bad-key";
}

function passes(rule: CheckRule, value: string): boolean {
  switch (rule) {
    case "none":
      return true;
    case "luhn":
      return luhn(value);
    case "luhn-numeric":
      return !/^\d+$/.test(value) || luhn(value);
    case "digit-sum-5":
      return [...value].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0;
    case "mod-97":
      return [...value].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
    case "complement-97": {
      const digits = value.replace("2A", "19").replace("2B", "18");
      return 97 - (Number(digits.slice(0, -2)) % 97) === Number(digits.slice(-2));
    }
  }
}

/** ISO/IEC 7812-1 annex B. */
function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, sign, index) => {
    const digit = Number(sign) * (index % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}
