import type { EngineLog } from "@syncbell/engine";
import { pino } from "pino";
import type { LogLevel } from "./settings.ts";

/** The dispatcher's log: one JSON object a line on standard output, or on standard error. */
export function createLog(level: LogLevel, stream: "stdout" | "stderr" = "stdout"): EngineLog {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination(stream === "stdout" ? 1 : 2),
  );
}
