import type { Sink } from "./evaluate.ts";
import { jsonOf } from "./format.ts";
import { jsonFault } from "./json-syntax.ts";
import { type Meter, TemplateFailure } from "./meter.ts";
import { type Place, placeAt } from "./node.ts";
import { JsonText, type Reader } from "./reader.ts";

/** A text that does not come out as JSON, and the place in the template where it stops being JSON. */
export class NotJson extends TemplateFailure {
  readonly place: Place;
  constructor(place: Place) {
    super(`what it makes is not JSON from ${place.line}:${place.column} of the template on`);
    this.place = place;
  }
}

/** A piece of the result that came from a place of the template. */
interface Piece {
  readonly start: number;
  readonly text: string;
  readonly place: Place;
}

/**
 * Takes a template that is a JSON text. It keeps account of whether the template stands between
 * quotes: there a value becomes the content of a text, elsewhere it becomes a JSON value, quotes and
 * all. So no value can end a text or begin one. `end` throws {@link NotJson} where the result is not
 * JSON.
 */
export function jsonSink(reader: Reader, meter: Meter): Sink & { end(): string } {
  const pieces: Piece[] = [];
  let made = "";
  let quoted = false;
  let escaping = false;
  const add = (text: string): void => {
    meter.write(text);
    made += text;
  };
  return {
    text(text, place) {
      pieces.push({ start: made.length, text, place });
      add(text);
      for (const sign of text) {
        if (escaping) escaping = false;
        else if (sign === "\\") escaping = quoted;
        else if (sign === '"') quoted = !quoted;
      }
    },
    value(value) {
      if (escaping) throw new TemplateFailure("a value stands right after a backslash");
      if (quoted) add(jsonOf(reader.text(value)).slice(1, -1));
      else if (value instanceof JsonText) add(value.text);
      else add(value === undefined ? '""' : reader.json(value));
    },
    end() {
      const fault = jsonFault(made);
      if (fault === undefined) return made;
      const piece = pieces.findLast(({ start }) => start <= fault);
      if (!piece) throw new NotJson({ line: 1, column: 1 });
      const index = Math.min(piece.text.length, fault - piece.start);
      throw new NotJson(placeAt(piece.text, index, piece.place));
    },
  };
}
