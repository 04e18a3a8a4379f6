// What the page holds: what a cell shows lies compressed in it, in blocks, and is unpacked when it is asked for.

const unpack = async (id) => {
  const binary = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
};
let data;
const kept = new Map(); // the blocks that were unpacked last
const block = async (kind, place) => {
  const id = `${kind}-${place}`;
  const found = kept.get(id) ?? (await unpack(id));
  kept.delete(id);
  kept.set(id, found);
  if (kept.size > 16) kept.delete(kept.keys().next().value);
  return found;
};
const placeOf = (starts, record) => {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= record) low = middle;
    else high = middle - 1;
  }
  return low;
};
const record = async (kind, at) => {
  const starts = data.starts[kind];
  const place = placeOf(starts, at);
  return (await block(kind, place))[at - starts[place]];
};
const arrange = () => {
  data.passed = data.outcomes.indexOf("passed");
  data.ungraded = data.outcomes.indexOf("ungraded");
  data.problems = data.problems.map(([id, task, suite, language, part, difficulty], order) => ({
    id, task, order,
    suite: data.suites[suite],
    language: data.languages[language],
    part: data.parts[part],
    difficulty: data.difficulties[difficulty],
    search: `${data.suites[suite]} ${task}`.toLowerCase(),
  }));
  data.byId = new Map(data.problems.map((problem) => [problem.id, problem]));
  for (const run of data.runs) {
    run.cells = new Map();
    run.problem.forEach((id, at) => (run.cells.get(id) ?? run.cells.set(id, []).get(id)).push(at));
    for (const cell of run.cells.values()) cell.sort((a, b) => run.index[a] - run.index[b]);
    run.errors = new Map(run.errors);
    run.prompts = new Map(run.prompts);
  }
};
const tally = (run, id) => {
  const cell = run.cells.get(id);
  if (!cell) return null;
  let [passed, graded] = [0, 0];
  for (const at of cell) {
    passed += run.outcome[at] === data.passed;
    graded += run.outcome[at] !== data.ungraded;
  }
  return { passed, graded, all: cell.length };
};
