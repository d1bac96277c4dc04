// Loaded before a dispatcher that is to be killed: its requests say which of several has sent them.
import { subscribe } from "node:diagnostics_channel";

interface Creation {
  readonly request: { addHeader(name: string, value: string): void };
}

subscribe("undici:request:create", (message) =>
  (message as Creation).request.addHeader("x-sent-by", process.env["SENT_BY"] ?? ""),
);
