/** The tables, as queries see them. Times are epoch milliseconds; booleans are 0 or 1. */
export interface Schema {
  readonly events: EventRow;
  readonly event_names: EventNameRow;
  readonly decisions: DecisionRow;
  readonly deliveries: DeliveryRow;
  readonly attempts: AttemptRow;
  readonly destinations: DestinationRow;
  readonly made_secrets: MadeSecretRow;
  readonly channel_state: ChannelStateRow;
}

export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly status: string;
  readonly tenant_id: string | null;
  readonly task_id: string | null;
  readonly received_at: number;
  readonly body: Uint8Array;
}

export interface EventNameRow {
  readonly name: string;
  readonly event_id: string;
  readonly body_hash: string;
  readonly accepted_at: number;
}

export interface DecisionRow {
  readonly event_id: string;
  readonly destination_id: string;
  readonly decision: string;
  readonly reason: string;
  readonly unevaluable: number;
}

export interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly state: string;
  readonly created_at: number;
  readonly due_at: number;
  readonly expires_at: number | null;
  /** Steps of the schedule that are used up. */
  readonly step: number;
  /** Attempts on record. */
  readonly attempts: number;
  /** Grows with every lease; a record with an older one is refused. */
  readonly fence: number;
  readonly lease_until: number | null;
}

export interface AttemptRow {
  readonly delivery_id: string;
  readonly number: number;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly response: string | null;
  readonly manual: number;
}

export interface DestinationRow {
  readonly id: string;
  readonly created_at: number;
  readonly deleted_at: number | null;
}

export interface MadeSecretRow {
  readonly destination_id: string;
  readonly field: string;
  readonly sealed: string;
  readonly made_at: number;
}

export interface ChannelStateRow {
  readonly destination_id: string;
  readonly name: string;
  readonly sealed: string;
}
