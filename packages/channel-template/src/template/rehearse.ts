import type { CompileProblem, Template } from "./compile.ts";
import { EXAMPLES } from "./examples.ts";
import { fill } from "./fill.ts";
import { NotJson } from "./json-sink.ts";
import { TemplateFailure } from "./meter.ts";

/**
 * Fills a template for every example. One that can be filled for none of them has a mistake that its
 * syntax does not show, like JSON with a comma too many.
 */
export function faultOnExamples(template: Template): readonly CompileProblem[] {
  const faults = EXAMPLES.flatMap((example) => {
    try {
      fill(template, example);
      return [];
    } catch (error) {
      return [error];
    }
  });
  const [fault] = faults;
  if (faults.length < EXAMPLES.length) return [];
  if (fault instanceof NotJson) {
    const { line, column } = fault.place;
    return [{ path: [], message: `has a mistake at ${line}:${column}: what it makes is not JSON` }];
  }
  if (!(fault instanceof TemplateFailure)) throw fault;
  return [{ path: [], message: `can't be filled: ${fault.message}` }];
}
