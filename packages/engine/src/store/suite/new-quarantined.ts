import { createHash } from "node:crypto";
import type { NewQuarantined } from "../quarantine-records.ts";
import { START } from "./new-events.ts";

let made = 0;

/** A body as it is put into quarantine: its own bytes unless a test says otherwise. */
export function newQuarantined(
  changes: Partial<Omit<NewQuarantined, "bodyHash">> = {},
): NewQuarantined {
  const number = String(++made).padStart(9, "0");
  const body = changes.body ?? Buffer.from(`{"number":${number}}`);
  return {
    id: `qrn_${number}`,
    key: undefined,
    errors: "[]",
    receivedAt: START,
    ...changes,
    body,
    bodyHash: createHash("sha256").update(body).digest("hex"),
  };
}
