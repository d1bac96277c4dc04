import { type Kysely, sql } from "kysely";

/**
 * All tables, as they are on SQLite. What is compared and sorted is in the order of its bytes, as it is
 * there and in the program.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    await sql.raw(`create table ${table} (${columns})`).execute(db);
  }
  for (const index of INDEXES) await sql.raw(`create index ${index}`).execute(db);
}

const KEY = `text collate "C"`;

const TABLES: Readonly<Record<string, string>> = {
  events: `
    id ${KEY} primary key, event_type text not null, status text not null, tenant_id ${KEY},
    task_id ${KEY}, received_at bigint not null, body bytea not null,
    test integer not null default 0, incident text`,
  event_names: `
    name ${KEY} primary key, event_id ${KEY} not null, body_hash text not null,
    accepted_at bigint not null`,
  decisions: `
    event_id ${KEY} not null, destination_id ${KEY} not null, decision text not null,
    reason text not null, unevaluable integer not null, digest_id ${KEY},
    primary key (event_id, destination_id)`,
  deliveries: `
    id ${KEY} primary key, event_id ${KEY} not null, destination_id ${KEY} not null,
    tenant_id ${KEY}, state text not null, created_at bigint not null, due_at bigint not null,
    expires_at bigint, step integer not null default 0, attempts integer not null default 0,
    fence bigint not null default 0, lease_until bigint, manual integer not null default 0,
    manual_at bigint, return_to text, reason text, failure_of ${KEY}, waits_for ${KEY},
    untold_id ${KEY}, digest_id ${KEY}`,
  attempts: `
    delivery_id ${KEY} not null, number integer not null, started_at bigint not null,
    duration_ms bigint not null, outcome text not null, status integer, reason text,
    response text, manual integer not null, primary key (delivery_id, number)`,
  destinations: `
    id ${KEY} primary key, created_at bigint not null, deleted_at bigint,
    source text not null default 'file', definition text, fingerprint text,
    state text not null default 'active', health text, updated_at bigint not null,
    disabled_at bigint`,
  made_secrets: `
    destination_id ${KEY} not null, field text not null, sealed text not null,
    made_at bigint not null, primary key (destination_id, field)`,
  channel_state: `
    destination_id ${KEY} not null, name text not null, sealed text not null,
    primary key (destination_id, name)`,
  replays: `
    id ${KEY} primary key, destination_id ${KEY} not null, since bigint not null,
    until bigint not null, states text not null, state text not null, total bigint not null,
    done bigint not null, phase text not null, position ${KEY} not null, created_at bigint not null`,
  quarantine: `
    id ${KEY} primary key, name text, body bytea not null, body_hash text not null unique,
    errors text not null, received_at bigint not null, last_received_at bigint not null,
    times integer not null`,
  paces: `
    destination_id ${KEY} primary key, tokens double precision, filled_at bigint`,
  pipelines: `
    tenant_id ${KEY} not null, task_id ${KEY} not null, state text not null, last text,
    expected text, incident_id ${KEY}, overdue_at bigint, heard_at bigint not null,
    primary key (tenant_id, task_id)`,
  told: `
    incident_id ${KEY} not null, destination_id ${KEY} not null, at bigint not null,
    primary key (incident_id, destination_id)`,
  digests: `
    id ${KEY} primary key, destination_id ${KEY} not null, opened_at bigint not null,
    closes_at bigint not null, events bigint not null`,
  digest_lines: `
    digest_id ${KEY} not null, line_key ${KEY} not null, tenant_id ${KEY}, task_id ${KEY},
    outcome text not null, succeeded bigint not null, failed bigint not null,
    skipped bigint not null, cancelled bigint not null, other bigint not null,
    failure_of ${KEY}, said text not null, message text, primary key (digest_id, line_key)`,
};

const ENDED_BADLY = "state in ('failed', 'expired', 'cancelled')";

const INDEXES: readonly string[] = [
  "event_names_by_age on event_names (accepted_at)",
  "events_by_tenant on events (tenant_id, id)",
  "events_by_task on events (task_id, id)",
  "events_by_status on events (lower(status), id)",
  "decisions_disabled on decisions (destination_id, event_id) where decision = 'disabled'",
  "deliveries_by_event on deliveries (event_id)",
  // The fair claim walks this one from destination to destination, whatever the backlog of each.
  "deliveries_pending on deliveries (destination_id, due_at, id) where state = 'pending'",
  // Few at any time: whose lease ended is looked for in all of them.
  "deliveries_leased on deliveries (destination_id, lease_until) where state = 'sending'",
  `deliveries_asked_for on deliveries (destination_id, manual_at, id)
     where manual > 0 and state <> 'sending'`,
  "deliveries_by_destination on deliveries (destination_id, id)",
  "deliveries_by_tenant on deliveries (tenant_id, id)",
  `deliveries_expiring on deliveries (expires_at)
     where state = 'pending' and expires_at is not null`,
  "deliveries_open on deliveries (id) where state in ('pending', 'sending')",
  `deliveries_ended_badly on deliveries (state, id) where ${ENDED_BADLY}`,
  `deliveries_ended_badly_at on deliveries (destination_id, id) where ${ENDED_BADLY}`,
  `deliveries_of_failures on deliveries (failure_of, destination_id)
     where failure_of is not null and state in ('pending', 'sending')`,
  `deliveries_waiting on deliveries (waits_for, destination_id)
     where waits_for is not null and state = 'pending'`,
  `deliveries_telling_more on deliveries (untold_id) where untold_id is not null`,
  "replays_running on replays (id) where state = 'running'",
  "quarantine_by_age on quarantine (last_received_at)",
  "pipelines_overdue on pipelines (overdue_at) where overdue_at is not null",
  "pipelines_by_age on pipelines (heard_at)",
  "pipelines_by_incident on pipelines (incident_id) where incident_id is not null",
  "told_by_age on told (at)",
  "digests_by_destination on digests (destination_id, closes_at)",
  "digest_lines_of_failures on digest_lines (failure_of) where failure_of is not null",
];
