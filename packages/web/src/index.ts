// The HTTP kit's public names.
export { type Asked, type AskRoutes, createAskRoutes } from "./ask.ts";
export { webErrors } from "./errors.ts";
export { createLimiter, type Limiter } from "./limit.ts";
export { createListener, type Listener, type ListenerOptions } from "./listener.ts";
export { createLog, type Logger } from "./log.ts";
export { buildOpenApi } from "./openapi.ts";
export { buildProblem, type Problem } from "./problem.ts";
export { type Actor, type Cookie, defineRoute, Reply, type Route, type RouteRequest } from "./route.ts";
export { type Upload, upload } from "./upload.ts";
