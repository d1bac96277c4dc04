/** True, false, or why it can't be said. */
export type Truth = boolean | Unknown;

/** A condition that can't be evaluated on an event, and why. */
export interface Unknown {
  readonly unknown: string;
}

export function isUnknown(truth: Truth): truth is Unknown {
  return typeof truth === "object";
}

/** True as soon as one is; else unknown if one is. The order makes no difference to that. */
export function anyOf<T>(asked: Iterable<T>, truthOf: (one: T) => Truth): Truth {
  let answer: Truth = false;
  for (const one of asked) {
    const truth = truthOf(one);
    if (truth === true) return true;
    if (isUnknown(truth)) answer = truth;
  }
  return answer;
}

/** False as soon as one is; else unknown if one is. */
export function allOf<T>(asked: Iterable<T>, truthOf: (one: T) => Truth): Truth {
  let answer: Truth = true;
  for (const one of asked) {
    const truth = truthOf(one);
    if (truth === false) return false;
    if (isUnknown(truth)) answer = truth;
  }
  return answer;
}

export function not(truth: Truth): Truth {
  return isUnknown(truth) ? truth : !truth;
}
