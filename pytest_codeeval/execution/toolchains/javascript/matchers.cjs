"use strict";
// `expect` with those of Jest's matchers that tests here use. One that is not known fails the test that calls it.

const { inspect } = require("node:util");
const { equals } = require("./equality.cjs");

class AssertionError extends Error {
  get name() {
    return "AssertionError";
  }
}

const MATCHERS = {
  toBe: (received, expected) => Object.is(received, expected),
  toEqual: (received, expected) => equals(received, expected),
  toBeNull: (received) => received === null,
  toBeUndefined: (received) => received === undefined,
  toBeDefined: (received) => received !== undefined,
  toBeTruthy: (received) => Boolean(received),
  toBeFalsy: (received) => !received,
  toBeNaN: (received) => Number.isNaN(received),
  toBeInstanceOf: (received, type) => received instanceof demanded(type, "function"),
  toBeCloseTo: (received, expected, precision = 2) => close(demanded(received, "number"), expected, precision),
  toBeGreaterThan: (received, expected) => compared(received, expected) && received > expected,
  toBeGreaterThanOrEqual: (received, expected) => compared(received, expected) && received >= expected,
  toBeLessThan: (received, expected) => compared(received, expected) && received < expected,
  toBeLessThanOrEqual: (received, expected) => compared(received, expected) && received <= expected,
  toMatch: (received, expected) => matches(demanded(received, "string"), expected),
  toThrow: throws,
  toThrowError: throws,
};

/** Return what may be said of a value; of a promise it is said by `resolves` and `rejects`, to be awaited. */
function expect(received, ...more) {
  if (more.length > 0) throw new AssertionError("expect takes one value");
  return {
    ...saying((name, wanted, negated) => judge(name, received, wanted, negated)),
    resolves: saying(async (name, wanted, negated) => judge(name, await settled(received, true), wanted, negated, true)),
    rejects: saying(async (name, wanted, negated) => judge(name, await settled(received, false), wanted, negated, true)),
  };
}

function saying(say) {
  const all = (negated) =>
    Object.fromEntries(Object.keys(MATCHERS).map((name) => [name, (...wanted) => say(name, wanted, negated)]));
  return { ...all(false), not: all(true) };
}

function judge(name, received, wanted, negated, promised = false) {
  const holds = name.startsWith("toThrow") ? throws(received, wanted[0], promised) : MATCHERS[name](received, ...wanted);
  if (holds !== negated) return;
  const said = wanted.length > 0 ? ` ${wanted.map(shown).join(", ")}` : "";
  throw new AssertionError(`expected ${negated ? "not " : ""}${name}${said}, got ${shown(received)}`);
}

async function settled(received, resolves) {
  if (typeof received?.then !== "function") throw new AssertionError(`a promise was expected, got ${shown(received)}`);
  let outcome;
  try {
    outcome = { value: await received, resolved: true };
  } catch (error) {
    outcome = { value: error, resolved: false };
  }
  if (outcome.resolved !== resolves) {
    const how = outcome.resolved ? "resolved with" : "rejected with";
    throw new AssertionError(`a promise ${how} ${shown(outcome.value)}`);
  }
  return outcome.value;
}

/** Whether a function throws what is expected; of what a promise came to, an error counts as thrown. */
function throws(received, expected, promised = false) {
  const thrown = promised && received instanceof Error ? { value: received } : attempted(received, promised);
  if (thrown === null || expected === undefined) return thrown !== null;
  const { value } = thrown;
  if (typeof expected === "function") return value instanceof expected;
  if (typeof expected === "object" && !(expected instanceof RegExp)) return alike(value, expected);
  return matches(typeof value?.message === "string" ? value.message : String(value), expected);
}

function attempted(received, promised) {
  if (promised && typeof received !== "function") return null;
  demanded(received, "function");
  try {
    received();
  } catch (error) {
    return { value: error };
  }
  return null;
}

/** Whether two errors have one message, and so have their causes. */
function alike(left, right) {
  const [cause, other] = [left?.cause, right?.cause].map((error) => (error instanceof Error ? error : undefined));
  return left?.message === right?.message && (cause === other || (Boolean(cause && other) && alike(cause, other)));
}

function matches(text, expected) {
  if (typeof expected === "string") return text.includes(expected);
  if (expected instanceof RegExp) return new RegExp(expected).test(text);
  throw new AssertionError(`a text or a pattern was expected, not ${shown(expected)}`);
}

function close(received, expected, precision) {
  if (received === expected) return true; // infinities
  return Math.abs(demanded(expected, "number") - received) < 10 ** -precision / 2;
}

function compared(...values) {
  return values.every((value) => typeof value === "bigint" || demanded(value, "number") === value || Number.isNaN(value));
}

/** Return a value of the type that a matcher asks for; another fails the test, with `not` as well. */
function demanded(value, type) {
  if (typeof value !== type) throw new AssertionError(`a ${type} was expected, got ${shown(value)}`);
  return value;
}

function shown(value) {
  const text = inspect(value, { depth: 6, breakLength: Infinity, maxStringLength: 1000, maxArrayLength: 100 });
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}

module.exports = { expect, AssertionError, MATCHERS };
