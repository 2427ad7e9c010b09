// What the kinds of this contract are written with.
import { toStatedAddress } from "../../breach.ts";

export const alive = ["provisional", "validated"];

export const text = (fr: string, en: string, required = false) => ({ kind: "text", required, about: { fr, en } }) as const;

export const stated = toStatedAddress("MSS 15");

export const control = { of: "control", role: "joins" } as const;
