// Public holidays of every French territory. The nation's eleven are in C. trav. L. 3133-1; Alsace-Moselle adds two
// (L. 3134-13); overseas adds its own (L. 3422-2 and local texts). Customary days that no text makes a holiday are not counted.
import { Temporal } from "@cercle/kernel";

export type Territory =
  | "metropole"
  | "alsace-moselle"
  | "alsace-moselle-sans-vendredi-saint"
  | "guadeloupe"
  | "martinique"
  | "guyane"
  | "la-reunion"
  | "mayotte"
  | "saint-barthelemy"
  | "saint-martin"
  | "saint-pierre-et-miquelon"
  | "nouvelle-caledonie"
  | "polynesie-francaise"
  | "wallis-et-futuna";

export type Holiday = { readonly date: Temporal.PlainDate; readonly name: string };

/** A fixed day (`--05-27`), or a number of days from Easter Sunday; `from` and `until` are years. */
type Rule = { readonly name: string; readonly from?: number; readonly until?: number } & ({ readonly day: string } | { readonly easter: number });

const national: readonly Rule[] = [
  { name: "jour de l’An", day: "01-01" },
  { name: "lundi de Pâques", easter: 1 },
  { name: "fête du Travail", day: "05-01" },
  { name: "victoire de 1945", day: "05-08", from: 1982 },
  { name: "Ascension", easter: 39 },
  { name: "lundi de Pentecôte", easter: 50 },
  { name: "fête nationale", day: "07-14" },
  { name: "Assomption", day: "08-15" },
  { name: "Toussaint", day: "11-01" },
  { name: "armistice de 1918", day: "11-11" },
  { name: "Noël", day: "12-25" },
];

const goodFriday: Rule = { name: "vendredi saint", easter: -2 };
const saintStephen: Rule = { name: "Saint-Étienne", day: "12-26" };
const abolition = (day: string, from = 1984, until?: number): Rule => ({
  name: "abolition de l’esclavage",
  day,
  from,
  ...(until === undefined ? {} : { until }),
});

/** What each territory adds, and the time zone in which its days begin. */
export const territories: Readonly<Record<Territory, { readonly name: string; readonly timeZone: string; readonly adds: readonly Rule[] }>> = {
  metropole: { name: "France métropolitaine", timeZone: "Europe/Paris", adds: [] },
  "alsace-moselle": { name: "Alsace-Moselle", timeZone: "Europe/Paris", adds: [goodFriday, saintStephen] },
  // Good Friday binds only communes that have a Protestant church or a mixed one: the other communes are a territory of their own.
  "alsace-moselle-sans-vendredi-saint": { name: "Alsace-Moselle, commune sans temple", timeZone: "Europe/Paris", adds: [saintStephen] },
  guadeloupe: { name: "Guadeloupe", timeZone: "America/Guadeloupe", adds: [abolition("05-27")] },
  martinique: { name: "Martinique", timeZone: "America/Martinique", adds: [abolition("05-22")] },
  guyane: { name: "Guyane", timeZone: "America/Cayenne", adds: [abolition("06-10")] },
  "la-reunion": { name: "La Réunion", timeZone: "Indian/Reunion", adds: [abolition("12-20", 1981)] },
  mayotte: { name: "Mayotte", timeZone: "Indian/Mayotte", adds: [abolition("04-27")] },
  "saint-barthelemy": { name: "Saint-Barthélemy", timeZone: "America/St_Barthelemy", adds: [abolition("10-09")] },
  "saint-martin": { name: "Saint-Martin", timeZone: "America/Marigot", adds: [abolition("05-27", 1984, 2017), abolition("05-28", 2018)] },
  "saint-pierre-et-miquelon": { name: "Saint-Pierre-et-Miquelon", timeZone: "America/Miquelon", adds: [] },
  "nouvelle-caledonie": { name: "Nouvelle-Calédonie", timeZone: "Pacific/Noumea", adds: [{ name: "fête de la citoyenneté", day: "09-24", from: 2004 }] },
  "polynesie-francaise": {
    name: "Polynésie française",
    timeZone: "Pacific/Tahiti",
    adds: [
      { name: "arrivée de l’Évangile", day: "03-05" },
      goodFriday,
      { name: "fête de l’autonomie", day: "06-29", until: 2024 },
      { name: "Matari’i", day: "11-20", from: 2025 },
    ],
  },
  "wallis-et-futuna": {
    name: "Wallis-et-Futuna",
    timeZone: "Pacific/Wallis",
    adds: [
      { name: "saint Pierre Chanel", day: "04-28" },
      { name: "saints Pierre et Paul", day: "06-29" },
      { name: "fête du territoire", day: "07-29" },
    ],
  },
};

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
export function findEaster(year: number): Temporal.PlainDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const rest = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - moon - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  const place = moon + sunday - 7 * late + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(place / 31), day: (place % 31) + 1 });
}

const computed = new Map<string, ReadonlyMap<string, string>>();

/** Holidays of one civil year in a territory, as ISO date → name, in order. */
function holidaysByDate(territory: Territory, year: number): ReadonlyMap<string, string> {
  const key = `${territory} ${year}`;
  const known = computed.get(key);
  if (known) return known;
  const easter = findEaster(year);
  const dated = [...national, ...territories[territory].adds]
    .filter((rule) => year >= (rule.from ?? 0) && year <= (rule.until ?? Number.POSITIVE_INFINITY))
    .map((rule) => ["day" in rule ? `${String(year).padStart(4, "0")}-${rule.day}` : easter.add({ days: rule.easter }).toString(), rule.name] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const holidays = new Map(dated);
  computed.set(key, holidays);
  return holidays;
}

/** The name of the holiday that this day is, or undefined. */
export function findHoliday(territory: Territory, day: Temporal.PlainDate): string | undefined {
  return holidaysByDate(territory, day.year).get(day.toString());
}

export function listHolidays(territory: Territory, year: number): readonly Holiday[] {
  return [...holidaysByDate(territory, year)].map(([date, name]) => ({ date: Temporal.PlainDate.from(date), name }));
}

export function isTerritory(text: string): text is Territory {
  return Object.hasOwn(territories, text);
}
