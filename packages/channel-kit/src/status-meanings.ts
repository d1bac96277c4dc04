import type { OutcomeKind } from "@syncbell/core";

/** Every status that a standard knows, and those between them. */
export const STATUSES: readonly number[] = Array.from({ length: 412 }, (_, index) => 100 + index);

export interface StatusMeaning {
  readonly sentence: string;
  /** Whether this is the meaning of a status. Each of {@link STATUSES} has exactly one. */
  readonly holds: (status: number) => boolean;
  readonly kinds: readonly OutcomeKind[];
}

const NOT_LET_IN: ReadonlySet<number> = new Set([401, 403, 404]);
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);
const WITH_A_MEANING: ReadonlySet<number> = new Set([...NOT_LET_IN, ...TRANSIENT, 410]);

/** What a status says where the service says nothing of its own. */
export const STATUS_MEANINGS: readonly StatusMeaning[] = [
  {
    sentence: "of 1xx and no more is tried again",
    holds: (status) => status < 200,
    kinds: ["retry"],
  },
  {
    sentence: "of 2xx is a success",
    holds: (status) => status >= 200 && status < 300,
    kinds: ["delivered", "accepted"],
  },
  {
    sentence: "of 3xx is rejected",
    holds: (status) => status >= 300 && status < 400,
    kinds: ["rejected"],
  },
  {
    sentence: "of 401, 403 and 404 is unauthorized",
    holds: (status) => NOT_LET_IN.has(status),
    kinds: ["unauthorized"],
  },
  {
    sentence: "of 408, 425 and 429 is tried again",
    holds: (status) => TRANSIENT.has(status),
    kinds: ["retry"],
  },
  {
    sentence: "of 410 is gone",
    holds: (status) => status === 410,
    kinds: ["gone"],
  },
  {
    sentence: "of any other 4xx is rejected",
    holds: (status) => status >= 400 && status < 500 && !WITH_A_MEANING.has(status),
    kinds: ["rejected"],
  },
  {
    sentence: "of 5xx is tried again",
    holds: (status) => status >= 500,
    kinds: ["retry"],
  },
];
