import type { DigestLine, RunOutcome } from "@syncbell/core";
import type { NewDelivery } from "./delivery-records.ts";

/** What an event adds to a digest. */
export interface DigestEntry {
  /** Names the line: of a pipeline, or of a kind of notice. */
  readonly key: string;
  readonly tenantId: string | undefined;
  /** Absent: it is about no run. */
  readonly taskId: string | undefined;
  readonly outcome: RunOutcome;
  readonly said: Pick<DigestLine, "tenant" | "name" | "status" | "sync_id" | "stopped_at">;
  /** What the failure said. */
  readonly message?: string;
  /** Whether it came late: then it is counted, and the line goes by what it knew. */
  readonly isStale: boolean;
}

/** An event that becomes a part of a destination's digest. */
export interface DigestPart {
  readonly destinationId: string;
  /** The delivery that is made where no digest is open: its time due is when the digest closes. */
  readonly open: NewDelivery;
  readonly entry: DigestEntry;
  /** The incident that it is a failure of, where the destination will be told of the recovery. */
  readonly failureOf?: string;
}

/** A digest as it is read back. */
export interface StoredDigest {
  readonly openedAt: number;
  /** When it closed: at its time, or before where somebody has it sent early. */
  readonly closedAt: number;
  readonly events: number;
  readonly pipelines: Partial<Record<RunOutcome, number>>;
  readonly runs: Partial<Record<RunOutcome, number>>;
  readonly notices: number;
  /** Of the notices, those that are failures to whoever hears of them. */
  readonly alarms: number;
  readonly tenants: number;
  /** Where there is one tenant. */
  readonly tenant: { readonly id: string; readonly name: string } | undefined;
  readonly lines: readonly StoredDigestLine[];
}

export interface StoredDigestLine extends Pick<DigestEntry, "taskId" | "said"> {
  readonly runs: number;
  readonly failures: number;
  readonly message: string | undefined;
}
