// The wiring of rooms into one process. No rules here: each room is opened, handed what it needs, and stopped in reverse.
import { access, chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountsRoutes, createAccounts, createPasskeys } from "@cercle/accounts";
import { createGovernance, traceControllers } from "@cercle/governance";
import { type Language, Refusal, realClock, say, type Text } from "@cercle/kernel";
import { buildRefusalPage, type Frame } from "@cercle/pages";
import { openAuthority, openVault } from "@cercle/pki";
import { listFoot, listPlaces, listPlacesAlone, movesClock, writeDay } from "@cercle/portal";
import { openStore } from "@cercle/store";
import { type Actor, createListener, createLog, type Listener, type ListenerOptions, type Route } from "@cercle/web";
import { runsAlone } from "./alone.ts";
import { aloneRoutes } from "./alone-home.ts";
import type { Configuration } from "./configuration.ts";
import { controlSocketPath } from "./control-socket.ts";
import { programErrors } from "./errors.ts";
import { healthRoutes } from "./health.ts";
import type { House } from "./house.ts";
import { listLiveProblems } from "./live.ts";
import { portalRoutes } from "./portal.ts";
import { createPorts, type Ports } from "./ports.ts";
import { createRequestMeter } from "./request-meter.ts";
import { allMigrations } from "./rooms.ts";
import { findSnapshot } from "./snapshot.ts";
import { loadSpace, lookOf } from "./space.ts";
import { spaceRoutes } from "./space-routes.ts";
import type { TableRow } from "./table.ts";
import { programTexts } from "./texts.ts";
import { openTls } from "./tls.ts";
import { findCounting } from "./wire/governance.ts";
import { startOperatorAlone } from "./wire/operator-alone.ts";
import { openConfiguredKeys } from "./wire/pki-keys.ts";
import { startSpace } from "./wire/space.ts";

export type Cercle = {
  readonly rows: readonly TableRow[];
  readonly dataFolder: string;
  /** Asks the API as the operator of this machine, in process. */
  ask(request: { method: string; path: string; body?: unknown; key?: string | undefined; language?: Language }): Promise<{ status: number; body: unknown }>;
  /** Embedded engine only: at rest, on disk, for as long as `work` runs. */
  hold?<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type StartOptions = {
  readonly configuration: Configuration;
  readonly portsAuto?: boolean;
  /** Ports already chosen, kept through a reset. */
  readonly ports?: Ports;
  /** False for a command without a server: rooms run, nothing listens. */
  readonly listen?: boolean;
  /** Brings the starting state back, soon after it was asked; absent where nobody can. */
  readonly reset?: () => void;
};

type Wiring = StartOptions & { readonly listen: boolean; readonly stops: (() => Promise<void>)[]; close(): Promise<void> };

/** Starts a space in this process. Throws refusals (`store.locked`, `web.port-taken`, …) with nothing left open. */
export async function startCercle(options: StartOptions): Promise<Cercle> {
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return await wire({ listen: true, ...options, stops, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function wire({ configuration, portsAuto = false, ports, listen, reset, stops, close }: Wiring): Promise<Cercle> {
  const { dataFolder } = configuration;
  const mode = configuration.get<"sandbox" | "live">("program.mode");
  const space = loadSpace(configuration.get<string>("program.space"));
  const log = createLog(configuration.get<string>("program.log_level"));
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const alone = await runsAlone(configuration);
  const store = await openStore({
    folder: dataFolder,
    databaseUrl: configuration.get<string | undefined>("store.database_url"),
    poolSize: configuration.get<number>("store.pool_size"),
    rooms: allMigrations(alone),
    snapshot: await findSnapshot(alone),
  });
  stops.push(() => store.close());

  const port = ports ?? createPorts({ configuration, auto: portsAuto });
  const publicHost = configuration.get<string>("program.public_host");
  const ownScheme = configuration.get<string>("program.tls") === "off" ? "http" : "https";
  // Revocation lists and OCSP answers travel over HTTP (RFC 5280 §8).
  const schemeOf = (setting: string): "http" | "https" => (setting === "pki.port" ? "http" : ownScheme);
  const origin: House["origin"] = async (setting, scheme = schemeOf(setting)) => `${scheme}://${publicHost}:${await port(setting)}`;

  const bornInSandbox = await markBirth(dataFolder, mode);
  const vault = await openVault({ folder: dataFolder, masterKeyFile: configuration.get<string | undefined>("pki.master_key_file") });
  const governance = await createGovernance({
    store,
    mode,
    policy: findCounting(configuration, space),
    keys: vault,
    identifiers: space.identifiers,
    // Accounts leave traces in evidence, which governance opens: they come after.
    findAccount: (from, id) => accounts.find(from, id),
  });
  stops.push(() => governance.stop());
  await store.transaction(async (tx) => {
    for (const [instrument, document] of Object.entries(space.termsDocuments)) await governance.terms.seed(tx, instrument, document);
  });
  const authorityKeys = await openConfiguredKeys(configuration, vault);
  stops.push(async () => authorityKeys.close());
  if (mode === "live") {
    const demoFiles = (await governance.files.list(store)).filter((file) => file.instrument === "sandbox-grant").length;
    const problems = listLiveProblems({
      bornInSandbox,
      demoFiles,
      dataFolder,
      publicHost,
      host: configuration.get<string>("program.host"),
      tls: configuration.get<"off" | "authority" | "files">("program.tls"),
      masterKeyFile: configuration.get<string | undefined>("pki.master_key_file"),
    });
    if (problems.length > 0) throw refuseLive(problems);
  }
  const authority = await openAuthority({
    vault,
    keys: authorityKeys.keys,
    // An operator alone signs its own proofs with it, and nothing else: no ceremony.
    make: mode === "sandbox" || alone,
    store,
    real: realClock,
    name: alone ? configuration.get<string>("mail.domain") : space.name.fr,
    mode,
    base: configuration.get<string | undefined>("pki.public_url") ?? (await origin("pki.port")),
    trace: (tx, trace) => governance.evidence.trace(tx, { room: "pki", ...trace }),
  });
  await writeFile(join(dataFolder, "ca.pem"), authority.anchors());
  const tls = await openTls({ configuration, authority, store });
  const accounts = createAccounts({ store, evidence: governance.evidence, real: realClock });

  const routes: Route[] = [];
  const rows: TableRow[] = [];
  const listeners: (Parameters<House["addListener"]>[0] & { identify: ListenerOptions["identify"] })[] = [];
  const portalOrigin = await origin("portal.port");
  // Cookies ignore ports: names carry the space and the listener.
  const cookieName = `cercle_portal_${space.id}`;
  const identify: ListenerOptions["identify"] = ({ headers, cookies }) =>
    accounts.identify({ session: cookies[cookieName], authorization: headers.authorization as string | undefined });
  const frame = (language: Language, actor: Actor): Frame => ({
    space: space.name[language],
    language,
    sandbox: mode === "sandbox",
    clock: governance.clock.moved ? writeDay(governance.clock.now().toZonedDateTimeISO(space.time_zone).toPlainDate(), language) : undefined,
    clockHref: mode === "sandbox" && !alone && movesClock(actor) ? "/clock" : undefined,
    nav: alone ? listPlacesAlone(actor, language) : listPlaces(actor, language, mode),
    foot: alone ? { links: [], text: listFoot(language).text } : listFoot(language),
    person: actor.kind === "account" ? { name: actor.name, href: "/account" } : undefined,
  });

  const house: House = {
    configuration,
    mode,
    alone,
    listens: listen,
    space,
    store,
    vault,
    authority,
    governance,
    accounts,
    log,
    port,
    origin,
    frame,
    addListener: (listener) => void listeners.push({ identify, ...listener }),
    // Whatever the room: what an outside controller asks leaves a trace.
    addRoutes: (added) => void routes.push(...added.map((route) => traceControllers({ store, evidence: governance.evidence }, route))),
    addRow: (row) => void rows.push(row),
    onStop: (stop) => void stops.push(stop),
  };

  house.addRoutes(
    accountsRoutes({
      store,
      accounts,
      passkeys: createPasskeys({ store, real: realClock, relyingParty: () => ({ name: space.name.fr, id: publicHost, origin: portalOrigin }) }),
      cookieName,
      frame,
      origin: () => portalOrigin,
    }),
  );
  if (!alone) house.addRoutes(governance.routes);
  house.addRoutes(spaceRoutes({ space, mode, reset }));
  const health = async () => {
    const doors = await governance.doors.list(store);
    const unsettled = (await governance.doors.unsettled(store)).length;
    return { doors: doors.length, silent: doors.filter((door) => !door.answers).length, unsettled, engine: store.engine };
  };
  const surface = { frame, rows, routes, health, look: lookOf(space), about: { agency: space.agency, sandbox: mode === "sandbox" } };
  house.addRoutes(alone ? aloneRoutes(surface, configuration.get<string>("mail.domain")) : portalRoutes(surface));
  house.addListener({ name: "portal", setting: "portal.port", routes });
  const meter = createRequestMeter();
  house.addListener({ name: "health", setting: "health.port", routes: healthRoutes({ store, doors: governance.doors, meter }) });
  const row = (key: "portal" | "health" | "data" | "anchors", value: string): void => house.addRow({ key, label: programTexts[`program.table.${key}`], value });
  row("portal", portalOrigin);
  row("health", `${await origin("health.port")}/health`);
  row("data", dataFolder);
  row("anchors", join(dataFolder, "ca.pem"));
  if (alone) await startOperatorAlone(house, { routes });
  else await startSpace(house, { routes, cookieName });

  const refusalPage: NonNullable<ListenerOptions["refusalPage"]> = (refusal, { language, actor, requestId, back }) =>
    buildRefusalPage(frame(language, actor), refusal, { language, requestId, back });
  const control = await createListener({
    name: "control",
    routes,
    log,
    // Whoever opens the socket is the operator of the machine; a command with an API key acts for the key's account, and for no more.
    identify: async ({ headers: { authorization } }) =>
      typeof authorization === "string" ? accounts.identify({ session: undefined, authorization }) : { kind: "operator" },
    trusted: true,
    bodyLimit: wholeFileLimit,
  });
  stops.push(() => control.close());
  if (listen) {
    for (const { setting, plain, ...options } of listeners) {
      // A listener with mutual TLS brings its own.
      const own = plain || schemeOf(setting) === "http" || !tls ? {} : { tls };
      const listener: Listener = await createListener({ ...own, ...options, log, refusalPage, answered: meter.record });
      stops.push(() => listener.close());
      await listener.listen({ host: configuration.get<string>("program.host"), port: await port(setting), setting });
    }
    const socket = controlSocketPath(dataFolder);
    await rm(socket, { force: true });
    await control.listen({ path: socket });
    await chmod(socket, 0o600);
    stops.push(() => rm(socket, { force: true }));
  }

  return {
    rows,
    dataFolder,
    ...(store.hold ? { hold: store.hold } : {}),
    async ask({ method, path, body, key, language = "fr" }) {
      const reply = await control.app.inject({
        method: method as "GET",
        url: path,
        headers: { "accept-language": language, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return { status: reply.statusCode, body: reply.body === "" ? undefined : JSON.parse(reply.body) };
    },
    close,
  };
}

/** Over the control socket whole files come in. */
const wholeFileLimit = 64 << 20;

/** Remembers in which mode a data folder was born; answers whether it was a sandbox. */
async function markBirth(dataFolder: string, mode: "sandbox" | "live"): Promise<boolean> {
  const place = join(dataFolder, "born");
  // Only a sandbox keeps a starting state; a ceremony leaves keys before the first start of a live space.
  const older = await access(join(dataFolder, "seed")).then(
    () => true,
    () => false,
  );
  const known = await readFile(place, "utf8").catch(() => (older ? "sandbox" : undefined));
  if (known === undefined) await writeFile(place, mode, { mode: 0o600 });
  return (known ?? mode) === "sandbox";
}

/** Every reason at once, in both languages' own lists. */
function refuseLive(problems: readonly Text[]): Refusal {
  const list = (language: Language): string => problems.map((text) => `  ${text[language]}`).join("\n");
  const { status, text } = programErrors.declarations["program.live-refused"];
  return new Refusal("program.live-refused", {
    status,
    text: { fr: say(text, "fr", { problems: list("fr") }), en: say(text, "en", { problems: list("en") }) },
  });
}
