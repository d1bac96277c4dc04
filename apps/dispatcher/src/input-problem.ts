import type { Report } from "./config/report.ts";

/** One thing wrong with what was sent: where (a dotted path) and what. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

/** A list of what is wrong with what was sent, and what adds to it. */
export function takingDown(): {
  readonly errors: readonly InputProblem[];
  readonly report: Report;
} {
  const errors: InputProblem[] = [];
  return {
    errors,
    report: (path, message) => void errors.push({ path: path.join("."), message }),
  };
}
