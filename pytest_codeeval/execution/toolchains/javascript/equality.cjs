"use strict";
// Equality as Jest's `toEqual` has it: by value, whatever the class, and a property that is undefined is none.

const tag = (value) => Object.prototype.toString.call(value);
const isObject = (value) => typeof value === "object" && value !== null;
const isIterable = (value) => isObject(value) && !Array.isArray(value) && Boolean(value[Symbol.iterator]);
const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);

/** Say whether two values are equal. Objects that contain themselves are compared once. */
function equals(received, expected, above = []) {
  if (isIterable(received) && isIterable(expected)) return equalIterables(received, expected, above);
  if (received instanceof Error && expected instanceof Error) return received.message === expected.message;
  if (Object.is(received, expected)) return true;
  const kind = tag(received);
  if (kind !== tag(expected)) return false;
  if (!isObject(received) || !isObject(expected)) return false;
  if (["[object Boolean]", "[object String]", "[object Number]"].includes(kind)) {
    return Object.is(received.valueOf(), expected.valueOf());
  }
  if (kind === "[object Date]") return Number(received) === Number(expected);
  if (kind === "[object RegExp]") return received.source === expected.source && received.flags === expected.flags;
  const seen = met(received, expected, above);
  if (seen !== undefined) return seen;
  return equalProperties(received, expected, [...above, [received, expected]]);
}

/** Return what is known of a pair that is being compared already, undefined of another one. */
function met(received, expected, above) {
  for (const [left, right] of above) {
    if (left === received) return right === expected;
    if (right === expected) return false;
  }
  return undefined;
}

function equalProperties(received, expected, above) {
  const keys = new Set([...keysOf(received), ...keysOf(expected)]);
  for (const key of keys) {
    const isShared = has(received, key) && has(expected, key);
    const isAlike = isShared || (received[key] === undefined && expected[key] === undefined);
    if (!isAlike || (isShared && !equals(received[key], expected[key], above))) return false;
  }
  return true;
}

function keysOf(value) {
  const symbols = Object.getOwnPropertySymbols(value);
  const enumerable = symbols.filter((key) => Object.getOwnPropertyDescriptor(value, key).enumerable);
  return [...Object.keys(value), ...enumerable];
}

function equalIterables(received, expected, above) {
  if (received.constructor !== expected.constructor) return false;
  const seen = met(received, expected, above);
  if (seen !== undefined) return seen;
  const within = [...above, [received, expected]];
  if (received.size !== undefined) {
    if (received.size !== expected.size) return false;
    if (tag(received) === "[object Set]") return equalSets(received, expected, within);
    if (tag(received) === "[object Map]") return equalMaps(received, expected, within);
  }
  const others = expected[Symbol.iterator]();
  for (const value of received) {
    const other = others.next();
    if (other.done || !equals(value, other.value, within)) return false;
  }
  return Boolean(others.next().done) && equals(Object.entries(received), Object.entries(expected), within);
}

function equalSets(received, expected, above) {
  const holds = (value) => expected.has(value) || [...expected].some((other) => equals(value, other, above));
  return [...received].every(holds);
}

function equalMaps(received, expected, above) {
  const pairs = [...expected];
  const holds = ([key, value]) =>
    (expected.has(key) && equals(value, expected.get(key), above)) ||
    pairs.some(([other, held]) => equals(key, other, above) && equals(value, held, above));
  return [...received].every(holds);
}

module.exports = { equals };
