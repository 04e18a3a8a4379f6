"use strict";
// Timers that go off in the order of their times, however busy the machine is: tests race some of 10 and 20 ms.

/** Put such timers in the place of `setTimeout`; time passes only when nothing else is left to be done. */
function install() {
  let now = 0;
  let waiting = [];
  let isPending = false;

  const next = () => {
    waiting.sort((one, other) => one.at - other.at || one.number - other.number);
    const timer = waiting.shift();
    isPending = waiting.length > 0;
    if (isPending) setImmediate(next);
    if (!timer) return;
    now = timer.at;
    timer.run();
  };

  let count = 0;
  globalThis.setTimeout = (body, delay, ...words) => {
    if (typeof body !== "function") throw new TypeError("The callback of a timer is a function");
    const after = Number(delay) >= 1 ? Number(delay) : 1;
    count += 1;
    const timer = { at: now + after, number: count, run: () => body(...words), ref: () => timer, unref: () => timer };
    waiting.push(timer);
    if (!isPending) setImmediate(next);
    isPending = true;
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    waiting = waiting.filter((other) => other !== timer);
  };
}

module.exports = { install };
