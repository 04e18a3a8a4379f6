// Filters

let deepFound = null; // the problems that have the text in their prompts, answers or details; null if not looked for
const columns = () => data.runs.filter((run) => !view.model.length || view.model.includes(run.name));
const wantedOutcomes = () => new Set(view.outcome.map((name) => data.outcomes.indexOf(name)));
const inList = (name, value) => !view[name].length || view[name].includes(value);
const isOfWhich = (problem, runs) => {
  const tallies = runs.map((run) => tally(run, problem.id)).filter((found) => found?.graded);
  const passed = tallies.reduce((sum, found) => sum + found.passed, 0);
  const all = tallies.reduce((sum, found) => sum + found.graded, 0);
  if (view.which === "none") return all > 0 && !passed;
  if (view.which === "all") return all > 0 && passed === all;
  if (view.which === "some") return passed > 0 && passed < all;
  return new Set(tallies.map((found) => found.passed / found.graded)).size > 1;
};
const chosen = () => {
  const runs = columns();
  const outcomes = wantedOutcomes();
  const text = view.text.trim().toLowerCase();
  const rows = data.problems.filter(
    (problem) =>
      inList("suite", problem.suite) && inList("language", problem.language) && inList("part", problem.part) &&
      inList("difficulty", problem.difficulty) &&
      (!text || problem.search.includes(text) || (view.deep && deepFound?.has(problem.id))) &&
      (!outcomes.size || runs.some((run) => run.cells.get(problem.id)?.some((at) => outcomes.has(run.outcome[at])))) &&
      (!view.which || isOfWhich(problem, runs)),
  );
  return sorted(rows, runs);
};
const sorted = (rows, runs) => {
  const [by, way] = view.sort.startsWith("-") ? [view.sort.slice(1), -1] : [view.sort, 1];
  if (!by || by === "task") return way < 0 ? rows.reverse() : rows;
  const over = by === "all" ? runs : data.runs.filter((run) => `run ${run.name}` === by);
  const rate = new Map(rows.map((problem) => [problem, rateOf(problem, over)]));
  const known = (problem) => rate.get(problem) >= 0; // what has no rate stands last, either way
  return rows.sort((a, b) => known(b) - known(a) || way * (rate.get(a) - rate.get(b)) || a.order - b.order);
};
const rateOf = (problem, runs) => {
  let [passed, graded] = [0, 0];
  for (const run of runs) {
    const found = tally(run, problem.id);
    passed += found?.passed ?? 0;
    graded += found?.graded ?? 0;
  }
  return graded ? passed / graded : -1;
};

let search = 0;
const searchDeep = async () => {
  const mine = ++search;
  const text = view.text.trim().toLowerCase();
  deepFound = null;
  if (!text || !view.deep) return;
  const found = new Set();
  const owners = data.runs.flatMap((run) => run.problem.map((id) => id));
  const asked = new Map();
  for (const run of data.runs) for (const [id, at] of run.prompts) (asked.get(at) ?? asked.set(at, new Set()).get(at)).add(id);
  const all = data.starts.prompt.length + data.starts.sample.length;
  let done = 0;
  for (const kind of ["prompt", "sample"]) {
    for (let place = 0; place < data.starts[kind].length; place++) {
      const records = await unpack(`${kind}-${place}`);
      if (mine !== search) return;
      records.forEach((one, at) => {
        if (!JSON.stringify(Object.values(one)).toLowerCase().includes(JSON.stringify(text).slice(1, -1))) return;
        const id = data.starts[kind][place] + at;
        for (const problem of kind === "prompt" ? (asked.get(id) ?? []) : [owners[id]]) found.add(problem);
      });
      if (++done % 20 === 0) status(`Searching in answers: ${done} of ${all} blocks …`);
    }
  }
  deepFound = found;
  draw();
};

const buildFilters = () => {
  const form = $("#filters");
  const change = (deep = false) => {
    write();
    labels();
    if (deep) searchDeep();
    draw(true);
  };
  const values = {
    model: data.runs.map((run) => run.name), suite: data.suites, outcome: data.outcomes,
    language: data.languages, part: data.parts, difficulty: data.difficulties,
  };
  for (const name of LISTS) {
    const named = values[name].filter(Boolean);
    if (named.length < 2) continue;
    const box = (value) =>
      el("label", {}, el("input", { type: "checkbox", name, value, onchange: () => {
        view[name] = [...form.querySelectorAll(`input[name=${name}]:checked`)].map((one) => one.value);
        change();
      } }), " ", plain(name === "outcome" ? words(value) : value));
    form.append(el("details", { "data-list": name }, el("summary"), el("div", { class: "boxes" }, ...named.map(box))));
  }
  const which = el("select", { name: "which", "aria-label": "Which problems", onchange: () => { view.which = which.value; change(); } },
    ...Object.entries(WHICH).map(([value, said]) => el("option", { value }, said)));
  let waiting;
  const text = el("input", { type: "search", name: "text", placeholder: "Search task ids …", "aria-label": "Search", oninput: () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { view.text = text.value; change(true); }, 200);
  } });
  const deep = el("input", { type: "checkbox", name: "deep", onchange: () => { view.deep = deep.checked; change(true); } });
  const clear = el("button", { type: "button", name: "clear", onclick: () => {
    const { colours, tables } = view;
    view = { ...EMPTY(), colours, tables };
    syncFilters();
    change(true);
  } }, "Show all");
  form.append(which, text, el("label", {}, deep, " also in prompts, answers and reasons"), clear);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", ({ target }) => {
    for (const open of form.querySelectorAll("details[open]")) if (!open.contains(target)) open.open = false;
  });
  form.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest("details[open]");
    if (open) { open.open = false; $("summary", open).focus(); }
  });
};
const labels = () => {
  for (const list of document.querySelectorAll("#filters details")) {
    const name = list.dataset.list;
    $("summary", list).textContent = `${name}: ${view[name].length ? `${view[name].length} chosen` : "all"}`;
  }
};
const syncFilters = () => {
  const form = $("#filters");
  for (const box of form.querySelectorAll(".boxes input")) box.checked = view[box.name].includes(box.value);
  form.elements.which.value = view.which;
  form.elements.text.value = view.text;
  form.elements.deep.checked = view.deep;
  labels();
};
const status = (said) => ($("#status").textContent = said);
