import type { Schema } from "../schema.ts";

/** What a column holds, in either dialect. */
export type ColumnKind = "text" | "integer" | "real" | "bytes";

type KindOf<Value> = Value extends string
  ? "text"
  : Value extends number
    ? "integer" | "real"
    : "bytes";

/** How the rows of a table are copied. */
export interface Carried<Row> {
  /** The primary key, in the order of which the rows are read. */
  readonly key: readonly (keyof Row & string)[];
  readonly columns: { readonly [Name in keyof Row]: KindOf<NonNullable<Row[Name]>> };
  /** Which rows say something, where not all do. */
  readonly where?: string;
}

/** Every table with every column: what is missing here is lost by a copy. */
export const CARRIED: { readonly [Name in keyof Schema]: Carried<Schema[Name]> } = {
  events: {
    key: ["id"],
    columns: {
      id: "text",
      event_type: "text",
      status: "text",
      tenant_id: "text",
      task_id: "text",
      received_at: "integer",
      body: "bytes",
      test: "integer",
      incident: "text",
    },
  },
  event_names: {
    key: ["name"],
    columns: { name: "text", event_id: "text", body_hash: "text", accepted_at: "integer" },
  },
  decisions: {
    key: ["event_id", "destination_id"],
    columns: {
      event_id: "text",
      destination_id: "text",
      decision: "text",
      reason: "text",
      unevaluable: "integer",
      digest_id: "text",
    },
  },
  deliveries: {
    key: ["id"],
    columns: {
      id: "text",
      event_id: "text",
      destination_id: "text",
      state: "text",
      created_at: "integer",
      due_at: "integer",
      expires_at: "integer",
      step: "integer",
      attempts: "integer",
      fence: "integer",
      lease_until: "integer",
      tenant_id: "text",
      manual: "integer",
      manual_at: "integer",
      return_to: "text",
      reason: "text",
      failure_of: "text",
      waits_for: "text",
      untold_id: "text",
      digest_id: "text",
    },
  },
  attempts: {
    key: ["delivery_id", "number"],
    columns: {
      delivery_id: "text",
      number: "integer",
      started_at: "integer",
      duration_ms: "integer",
      outcome: "text",
      status: "integer",
      reason: "text",
      response: "text",
      manual: "integer",
    },
  },
  destinations: {
    key: ["id"],
    columns: {
      id: "text",
      created_at: "integer",
      deleted_at: "integer",
      source: "text",
      definition: "text",
      fingerprint: "text",
      state: "text",
      health: "text",
      updated_at: "integer",
      disabled_at: "integer",
    },
  },
  made_secrets: {
    key: ["destination_id", "field"],
    columns: { destination_id: "text", field: "text", sealed: "text", made_at: "integer" },
  },
  channel_state: {
    key: ["destination_id", "name"],
    columns: { destination_id: "text", name: "text", sealed: "text" },
  },
  replays: {
    key: ["id"],
    columns: {
      id: "text",
      destination_id: "text",
      since: "integer",
      until: "integer",
      states: "text",
      state: "text",
      total: "integer",
      done: "integer",
      phase: "text",
      position: "text",
      created_at: "integer",
    },
  },
  quarantine: {
    key: ["id"],
    columns: {
      id: "text",
      name: "text",
      body: "bytes",
      body_hash: "text",
      errors: "text",
      received_at: "integer",
      last_received_at: "integer",
      times: "integer",
    },
  },
  paces: {
    key: ["destination_id"],
    columns: { destination_id: "text", tokens: "real", filled_at: "integer" },
    // On Postgres a bucket is there before anything is known of it.
    where: "tokens is not null and filled_at is not null",
  },
  pipelines: {
    key: ["tenant_id", "task_id"],
    columns: {
      tenant_id: "text",
      task_id: "text",
      state: "text",
      last: "text",
      expected: "text",
      incident_id: "text",
      overdue_at: "integer",
      heard_at: "integer",
    },
  },
  told: {
    key: ["incident_id", "destination_id"],
    columns: { incident_id: "text", destination_id: "text", at: "integer" },
  },
  digests: {
    key: ["id"],
    columns: {
      id: "text",
      destination_id: "text",
      opened_at: "integer",
      closes_at: "integer",
      events: "integer",
    },
  },
  digest_lines: {
    key: ["digest_id", "line_key"],
    columns: {
      digest_id: "text",
      line_key: "text",
      tenant_id: "text",
      task_id: "text",
      outcome: "text",
      succeeded: "integer",
      failed: "integer",
      skipped: "integer",
      cancelled: "integer",
      other: "integer",
      failure_of: "text",
      said: "text",
      message: "text",
    },
  },
};
