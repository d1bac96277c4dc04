/** Why a template could not be filled, in words for an operator. */
export class TemplateFailure extends Error {}

/** How many tags, arguments and turns of a loop are evaluated for one message. */
const MOST_STEPS = 1_000;

/** How many characters of an event are read for one message, in UTF-16 units. */
const MOST_READ = 131_072;

/** The longest body that a template makes, in bytes of UTF-8. */
export const MOST_WRITTEN = 65_536;

/** Counts what the filling of one template costs. Each call throws once its bound is passed. */
export interface Meter {
  step(count?: number): void;
  read(characters: number): void;
  write(text: string): void;
}

export function startMeter(): Meter {
  let steps = 0;
  let read = 0;
  let written = 0;
  return {
    step(count = 1) {
      steps += count;
      if (steps > MOST_STEPS) throw new TemplateFailure(`it takes more than ${MOST_STEPS} steps`);
    },
    read(characters) {
      read += characters;
      if (read > MOST_READ) {
        throw new TemplateFailure(`it reads more than ${MOST_READ} characters of the event`);
      }
    },
    write(text) {
      written += Buffer.byteLength(text);
      if (written > MOST_WRITTEN) {
        throw new TemplateFailure(`it makes more than ${MOST_WRITTEN} bytes`);
      }
    },
  };
}
