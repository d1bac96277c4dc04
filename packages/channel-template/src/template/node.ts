/** A place in a template; line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that a template may not say, and where it says it. */
export interface TemplateProblem {
  readonly place: Place;
  readonly message: string;
}

/** What is left of a template once it has been checked: all that can be evaluated, and no more. */
export type Program = readonly Node[];

export type Node =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | { readonly kind: "value"; readonly value: Expression; readonly place: Place }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly whole: Program;
      readonly otherwise: Program;
    }
  | {
      readonly kind: "each" | "with";
      readonly value: Expression;
      /** Names given by `as |item index|`. */
      readonly names: readonly string[];
      readonly whole: Program;
      readonly otherwise: Program;
    };

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null | undefined }
  | Path
  | { readonly kind: "call"; readonly helper: string; readonly given: readonly Expression[] };

/** The way to a value: `task.name`, `../id`, `this`, `@index`. */
export interface Path {
  readonly kind: "path";
  /** Whether it starts from a variable of the loop or the root, as in `@index`. */
  readonly variable: boolean;
  /** Whether a name given by `as |…|` may be meant: not with `this.x`, `./x` or `../x`. */
  readonly mayBeNamed: boolean;
  /** How many scopes it goes up first. */
  readonly up: number;
  readonly steps: readonly string[];
  readonly written: string;
}

/** The place of the character at `index` of a text that starts at `start`. */
export function placeAt(text: string, index: number, start: Place = { line: 1, column: 1 }): Place {
  const before = text.slice(0, index).split("\n");
  const last = before.at(-1) ?? "";
  const lines = before.length - 1;
  return {
    line: start.line + lines,
    column: lines === 0 ? start.column + last.length : last.length + 1,
  };
}
