import fc from "fast-check";
import { expect, test } from "vitest";
import { quote, quoter } from "./quote.ts";

const NAMES = ["", "name", "password", "status"];

test("what is quoted again and again is said as it would be by itself, whatever else was quoted before", () => {
  const asked = fc.tuple(
    fc.oneof(fc.constantFrom(1, "1", true, "true", null, -0), fc.jsonValue()),
    fc.constantFrom(...NAMES),
  );
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 20 }), (list) => {
      const say = quoter();
      const said = [...list, ...list].map(([value, name]) => say(value, name));
      expect(said).toEqual([...list, ...list].map(([value, name]) => quote(value, name)));
    }),
  );
});

test("a value that a field of another name may show is masked where the name is that of a secret", () => {
  const say = quoter();
  expect([say("hunter2", "name"), say("hunter2", "password")]).toEqual(['"hunter2"', '"***"']);
});
