"use strict";
// Runs a file of tests that are written for Jest, those marked with x as well, and says whether all of them held.

const fs = require("node:fs");
const clock = require("./clock.cjs");
const { expect } = require("./matchers.cjs");
const { Modules } = require("./modules.cjs");

class Block {
  constructor(name, parent) {
    Object.assign(this, { name, parent, members: [], beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] });
  }

  get title() {
    return this.parent?.name ? `${this.parent.title} › ${this.name}` : this.name;
  }

  get above() {
    return this.parent ? [...this.parent.above, this] : [this];
  }
}

const root = new Block("");
const failures = [];
let current = root;
let running = "";
let counted = 0;

function describe(name, body) {
  const block = new Block(String(name), current);
  current.members.push(block);
  current = block;
  try {
    body();
  } finally {
    current = block.parent;
  }
}

function test(name, body) {
  if (running) throw new Error("a test cannot be declared within a test");
  const one = new Block(String(name), current);
  one.body = body;
  current.members.push(one);
}

const hook = (kind) => (body) => current[kind].push(body);
const skipped = () => undefined;
describe.skip = test.skip = test.todo = skipped;
const GLOBALS = {
  expect, describe, xdescribe: describe, test, xtest: test, it: test, xit: test,
  beforeAll: hook("beforeAll"), beforeEach: hook("beforeEach"), afterEach: hook("afterEach"), afterAll: hook("afterAll"),
};

/** Call what may return a promise, or take a function to be called when it is done. */
function called(body) {
  if (body.length === 0) return body();
  return new Promise((resolve, reject) => {
    body((error) => (error === undefined ? resolve() : reject(error)));
  });
}

async function each(bodies) {
  for (const body of bodies) await called(body);
}

async function runTest(one) {
  counted += 1;
  running = one.title;
  try {
    try {
      for (const block of one.parent.above) await each(block.beforeEach);
      await called(one.body);
    } finally {
      for (const block of one.parent.above.reverse()) await each(block.afterEach);
    }
  } catch (error) {
    failed(error);
  }
  running = "";
}

async function runBlock(block) {
  try {
    await each(block.beforeAll);
    for (const member of block.members) await (member.body ? runTest(member) : runBlock(member));
    await each(block.afterAll);
  } catch (error) {
    failed(error);
  }
}

function failed(error) {
  failures.push(running);
  const said = error instanceof Error ? `${error.stack ?? error}` : `Error: ${String(error)}`;
  const lines = said.split("\n").filter((line) => !/^\s+at .*(?:node:|[\\/](?:equality|matchers|modules|testing|grade)\.cjs)/.test(line));
  process.stderr.write(`✕ ${running || "the tests could not be run"}\n${lines.slice(0, 12).join("\n")}\n\n`);
}

/** Run the tests in a file; resolves to whether there were some and all of them held. */
async function holds(file) {
  Object.assign(globalThis, GLOBALS);
  if (/\bsetTimeout\b/.test(fs.readFileSync(file, "utf8"))) clock.install(); // else there may be real things to wait for
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  process.on("exit", () => {
    if (running) process.stderr.write(`✕ ${running}\nAssertionError: the test did not come to its end\n`);
  });
  try {
    await new Modules().run(file);
  } catch (error) {
    failed(error);
    return false;
  }
  await runBlock(root);
  await new Promise((resolve) => setImmediate(resolve));
  return counted > 0 && failures.length === 0;
}

module.exports = { holds };
