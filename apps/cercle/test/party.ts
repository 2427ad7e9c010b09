// A fictional legal person with all that an operator's contract asks; its number is a well-formed one.
export const whole = (name: string): Record<string, unknown> => ({
  name,
  identifiers: { SIREN: "123456782" },
  seat: "3 rue du Test, 56100 Lorient",
  representative: "Claude Essai",
  contact: { name: "Dominique Essai", email: "contact@essai.test" },
});
