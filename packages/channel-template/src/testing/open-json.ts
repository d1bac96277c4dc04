import { redactSecrets } from "@syncbell/core";
import fc from "fast-check";

/** Values of JSON in which nothing is masked: chance does make fields that are named like secrets. */
export function openJson(constraints: fc.JsonSharedConstraints = {}): fc.Arbitrary<fc.JsonValue> {
  return fc.jsonValue(constraints).filter(isOpen);
}

function isOpen(value: unknown): boolean {
  if (typeof value === "string") return redactSecrets(value) === value;
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isOpen(`${name}=x`) && isOpen(inner));
}
