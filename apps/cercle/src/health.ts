// /health (the process lives), /ready (it can serve), /metrics (Prometheus text format).
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Doors } from "@cercle/governance";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import type { RequestMeter } from "./request-meter.ts";

/** One gauge with its help line. */
function measure(name: string, help: string, value: number): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

export function healthRoutes({ store, doors, meter }: { store: Store; doors: Doors; meter: RequestMeter }): readonly Route[] {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return [
    defineRoute({ method: "GET", path: "/health", about: "The process lives.", who: "anyone", handle: async () => ({ status: "ok" }) }),
    defineRoute({
      method: "GET",
      path: "/ready",
      about: "The store answers and no door is silent.",
      who: "anyone",
      async handle() {
        const silent = (await doors.list(store)).filter((door) => !door.answers).map((door) => door.name);
        return new Reply({ status: silent.length > 0 ? 503 : 200, body: { status: silent.length > 0 ? "degraded" : "ready", silent_doors: silent } });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/metrics",
      about: "Measures, in the Prometheus text format.",
      who: "anyone",
      async handle() {
        const [all, unsettled, failed] = await Promise.all([doors.list(store), doors.unsettled(store), store.jobs.failed()]);
        const lines = [
          ...measure("cercle_resident_memory_bytes", "Memory of this process.", process.memoryUsage.rss()),
          ...measure("cercle_uptime_seconds", "Since the start.", Math.round(process.uptime())),
          ...measure("cercle_event_loop_delay_seconds", "99th percentile since the last reading.", delay.percentile(99) / 1e9),
          ...measure("cercle_doors", "Doors registered.", all.length),
          ...measure("cercle_doors_silent", "Doors without contact for 5 s.", all.filter((door) => !door.answers).length),
          ...measure("cercle_changes_unsettled", "Changes of rights that some door has not applied.", unsettled.length),
          ...measure("cercle_jobs_failed", "Jobs that gave up.", failed.length),
          ...meter.lines(),
        ];
        delay.reset();
        return new Reply({ type: "text/plain; version=0.0.4; charset=utf-8", body: `${lines.join("\n")}\n` });
      },
    }),
  ];
}
