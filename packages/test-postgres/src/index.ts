export { EmptiedDatabases, type EmptiedOptions } from "./emptied.ts";
export { type PostgresServer, type ServerOptions, startServer } from "./server.ts";
