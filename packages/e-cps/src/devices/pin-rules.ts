// Which PINs are refused, and why (ECPS-09). Pure; one table, in the order a person is told.
export const pinTries = 3;

export type PinFacts = {
  /** `YYYY-MM-DD` where the register of correspondence details knows it. */
  readonly birthDate?: string | undefined;
  readonly nationalId: string;
};
export type PinWeakness = "shape" | "repeat" | "pairs" | "sequence" | "year" | "birth-date" | "identifier" | "common";

type Rule = { readonly weakness: PinWeakness; applies(pin: string, facts: PinFacts): boolean };

/** In the published lists of leaked PINs, these come first after repeats, sequences and years. */
const common = new Set(["2580", "0852", "1004", "1313", "2001", "5683", "0007", "6969", "1122", "1133", "2468", "1357", "1379", "9731", "7531", "8642"]);

export const pinRules: readonly Rule[] = [
  { weakness: "shape", applies: (pin) => !/^\d{4}$/.test(pin) },
  { weakness: "repeat", applies: (pin) => new Set(pin).size === 1 },
  { weakness: "pairs", applies: (pin) => pin.slice(0, 2) === pin.slice(2) || /^(\d)\1(\d)\2$/.test(pin) || /^(\d)(\d)\2\1$/.test(pin) },
  { weakness: "sequence", applies: (pin) => [1, -1].some((step) => isSequence(pin, step)) },
  { weakness: "year", applies: (pin) => /^(19|20)\d\d$/.test(pin) },
  { weakness: "birth-date", applies: (pin, { birthDate }) => birthDate !== undefined && datePins(birthDate).includes(pin) },
  // The identifier is public: its ends must not be the PIN.
  { weakness: "identifier", applies: (pin, { nationalId }) => nationalId.endsWith(pin) || nationalId.startsWith(pin) || nationalId.slice(1).startsWith(pin) },
  { weakness: "common", applies: (pin) => common.has(pin) },
];

/** Why this PIN is refused, or undefined when it may be chosen. */
export function findPinWeakness(pin: string, facts: PinFacts): PinWeakness | undefined {
  return pinRules.find((rule) => rule.applies(pin, facts))?.weakness;
}

/** Digits one apart, 0 following 9. */
function isSequence(pin: string, step: number): boolean {
  const digits = [...pin].map(Number);
  return digits.every((digit, i) => i === 0 || digit === ((digits[i - 1] ?? 0) + step + 10) % 10);
}

/** Day-month, month-day, year, and their mixtures with two digits of the year. */
export function datePins(date: string): readonly string[] {
  const [year = "", month = "", day = ""] = date.split("-");
  const short = year.slice(2);
  return [day + month, month + day, year, day + short, short + day, month + short, short + month, short + short];
}
