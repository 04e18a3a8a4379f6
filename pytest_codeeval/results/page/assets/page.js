"use strict";
// Draws the grid of problems and opens its cells. What a cell shows lies compressed in the page, in blocks, and is
// unpacked when it is asked for. All texts come from models and are hostile: they are put in as text, never as markup.
(() => {
  const ROW = 30; // pixels, as the stylesheet has it
  const MOST_PRINTED = 2000;
  const MOST_COLOURED = 30000;
  const MOST_LINES = 3000; // of a difference
  const MOST_DIFFERING = 4e6; // pairs of lines that a difference looks at
  const $ = (selector, from = document) => from.querySelector(selector);

  // Elements and texts

  const el = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };
  const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
  const escape = (character) => {
    const code = character.codePointAt(0);
    if (code === 13) return "\\r";
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  };
  // Text with what cannot be seen, or turns the reading around, shown as an escape.
  const put = (into, text, limit = Infinity) => {
    const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
    let from = 0;
    for (const found of shown.matchAll(HIDDEN)) {
      into.append(shown.slice(from, found.index), el("span", { class: "esc" }, escape(found[0])));
      from = found.index + found[0].length;
    }
    into.append(shown.slice(from));
    return into;
  };
  const plain = (text, limit = 300) =>
    (text.length > limit ? `${text.slice(0, limit)}…` : text).replace(HIDDEN, escape).replace(/\s+/g, " ");
  const words = (name) => name.replaceAll("_", " ");
  const number = (value) => (Number.isInteger(value) ? value.toLocaleString("en") : String(+value.toPrecision(4)));

  // What the page holds

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

  // The view, which lives in the address

  const WHICH = { "": "all problems", differ: "models differ", some: "some samples pass, some fail", none: "no sample passes", all: "all samples pass" };
  const COLOURS = { "": "as the system", dark: "dark", light: "light" };
  const LISTS = ["model", "suite", "outcome", "language", "part", "difficulty"];
  const EMPTY = () => ({ ...Object.fromEntries(LISTS.map((name) => [name, []])), text: "", deep: false, which: "", sort: "", colours: "", task: "", of: "", run: "", sample: 0, beside: "", other: 0, tables: {} });
  let view = EMPTY();
  const read = () => {
    const found = EMPTY();
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      if (LISTS.includes(name)) found[name].push(value);
      else if (name === "deep") found.deep = value === "1";
      else if (name === "sample" || name === "other") found[name] = Math.max(0, parseInt(value, 10) || 0);
      else if (name.startsWith("t-")) found.tables[name] = value;
      else if (Object.hasOwn(found, name) && name !== "tables") found[name] = value;
    }
    if (!Object.hasOwn(WHICH, found.which)) found.which = "";
    if (!Object.hasOwn(COLOURS, found.colours)) found.colours = "";
    return found;
  };
  const write = () => {
    const said = new URLSearchParams();
    for (const [name, value] of Object.entries(view)) {
      if (LISTS.includes(name)) for (const one of value) said.append(name, one);
      else if (name === "tables") for (const [id, sort] of Object.entries(value)) said.append(id, sort);
      else if (value) said.append(name, value === true ? "1" : value);
    }
    const hash = `#${said}`;
    if (hash === (location.hash || "#")) return;
    try {
      history.replaceState(null, "", hash);
    } catch {
      location.replace(hash); // a page without an address of its own
    }
  };

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

  // The grid: of many rows only those that can be seen are drawn

  let rows = [];
  let runs = [];
  let active = { row: 0, column: 0 };
  let whole = false; // for paper
  const holder = $("#rows");
  const draw = (fromTop = false) => {
    rows = chosen();
    // Of all models those that have any of these problems.
    const having = (run) => rows.some(({ id }) => run.cells.has(id) || run.errors.has(id));
    runs = view.model.length || !rows.length ? columns() : data.runs.filter(having);
    if (fromTop) holder.scrollTop = 0;
    active = { row: Math.min(active.row, Math.max(0, rows.length - 1)), column: Math.min(active.column, Math.max(0, runs.length - 1)) };
    const samples = rows.reduce((sum, problem) => sum + runs.reduce((all, run) => all + (run.cells.get(problem.id)?.length ?? 0), 0), 0);
    status(`${rows.length.toLocaleString("en")} of ${data.problems.length.toLocaleString("en")} problems, ${samples === 1 ? "1 sample" : `${samples.toLocaleString("en")} samples`} of ${runs.length === 1 ? "1 model" : `${runs.length} models`}`);
    const head = (label, by, kind = "") => {
      const on = view.sort === by || (by === "task" && !view.sort) ? "ascending" : view.sort === `-${by}` ? "descending" : null;
      const sort = () => { view.sort = view.sort === by || on === "ascending" ? `-${by}` : by; write(); draw(true); };
      return el("th", { scope: "col", class: kind || null, "aria-sort": on, title: label }, el("button", { type: "button", onclick: sort }, label));
    };
    const table = el("table", { role: "grid", "aria-rowcount": rows.length + 1, "aria-colcount": runs.length + 2, "aria-label": "Problems by models" },
      el("thead", {}, el("tr", {}, head("problem", "task"), head("passed", "all", "all"), ...runs.map((run) => head(plain(run.name, 120), `run ${run.name}`)))),
      el("tbody"));
    const sorting = [...holder.querySelectorAll("thead button")].indexOf(document.activeElement);
    holder.replaceChildren(rows.length ? table : el("p", { class: "note" }, "No problem is left: choose less."));
    if (sorting >= 0) holder.querySelectorAll("thead button")[sorting]?.focus();
    drawRows();
  };
  const drawRows = () => {
    const body = $("tbody", holder);
    if (!body) return;
    const hadFocus = body.contains(document.activeElement);
    const first = whole ? 0 : Math.max(0, Math.floor(holder.scrollTop / ROW) - 10);
    const last = whole ? Math.min(rows.length, MOST_PRINTED) : Math.min(rows.length, first + Math.ceil(holder.clientHeight / ROW) + 30);
    const spacer = (height) => {
      const row = el("tr", { class: "spacer", "aria-hidden": "true" }, el("td", { colspan: runs.length + 2 }));
      row.style.height = `${height}px`;
      return row;
    };
    const outcomes = wantedOutcomes();
    const several = new Set(data.suites).size > 1;
    const drawn = rows.slice(first, last).map((problem, at) => drawRow(problem, first + at, outcomes, several));
    const note = whole && last < rows.length ? [el("tr", {}, el("td", { colspan: runs.length + 2 }, `… and ${rows.length - last} more problems, which the page has and paper has not.`))] : [];
    body.replaceChildren(...(first ? [spacer(first * ROW)] : []), ...drawn, ...note, ...(last < rows.length && !whole ? [spacer((rows.length - last) * ROW)] : []));
    if (hadFocus) focusCell(true);
  };
  const drawRow = (problem, row, outcomes, several) => {
    const rate = rateOf(problem, runs);
    return el("tr", { "aria-rowindex": row + 2 },
      el("th", { scope: "row", title: plain(`${problem.suite} · ${problem.task}`) }, el("div", {}, plain(problem.task, 200), several ? el("small", {}, ` ${plain(problem.suite, 60)}`) : null)),
      el("td", { class: "all" }, el("div", {}, rate < 0 ? "–" : `${Math.round(100 * rate)} %`)),
      ...runs.map((run, column) => drawCell(problem, run, row, column, outcomes)));
  };
  const drawCell = (problem, run, row, column, outcomes) => {
    const cell = run.cells.get(problem.id);
    const error = run.errors.get(problem.id);
    if (!cell) return el("td", {}, el("div", { class: "c-none", title: error ? plain(error) : null }, error === undefined ? "–" : "not evaluated"));
    const { passed, graded, all } = tally(run, problem.id);
    const wanted = outcomes.size ? cell.filter((at) => outcomes.has(run.outcome[at])).length : 0;
    const first = data.outcomes[run.outcome[cell[0]]];
    let said = all === 1 ? (first === "passed" ? "✓ passed" : `✗ ${words(first)}`) : `${passed} of ${all}`;
    if (!graded) said = "ungraded";
    else if (wanted && all > 1) said += ` · ${wanted} so`;
    const kind = !graded ? "c-none" : passed === all ? "c-good" : passed ? "c-some" : "c-bad";
    const isActive = row === active.row && column === active.column;
    return el("td", { role: "gridcell" }, el("button", {
      type: "button", class: kind, tabindex: isActive ? 0 : -1, "data-row": row, "data-column": column,
      "aria-label": `${plain(run.name, 100)}, ${plain(problem.task, 100)}: ${all === 1 ? words(first) : `${passed} of ${all} samples passed`}`,
    }, said));
  };
  const cellAt = ({ row, column }) => $(`button[data-row="${row}"][data-column="${column}"]`, holder);
  const focusCell = (quiet = false) => {
    let { row } = active;
    // A cell that is empty is no button: the next one in its row takes the focus.
    const button = cellAt(active) ?? $(`button[data-row="${row}"]`, holder);
    for (const other of holder.querySelectorAll("td > button[tabindex='0']")) other.tabIndex = -1;
    if (!button) return;
    button.tabIndex = 0;
    if (document.activeElement !== button) button.focus({ preventScroll: quiet });
  };
  const move = (down, right) => {
    active = { row: Math.min(rows.length - 1, Math.max(0, active.row + down)), column: Math.min(runs.length - 1, Math.max(0, active.column + right)) };
    const head = $("thead", holder)?.offsetHeight ?? 0;
    const [top, bottom] = [active.row * ROW, (active.row + 1) * ROW + head];
    if (top < holder.scrollTop) holder.scrollTop = top;
    if (bottom > holder.scrollTop + holder.clientHeight) holder.scrollTop = bottom - holder.clientHeight;
    drawRows();
    focusCell();
  };
  const KEYS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [15, 0], PageUp: [-15, 0] };
  const buildGrid = () => {
    let asked = false;
    holder.addEventListener("scroll", () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; drawRows(); });
    });
    holder.addEventListener("keydown", (event) => {
      if (!event.target.matches("td > button")) return;
      const step = KEYS[event.key] ?? (event.key === "Home" ? [event.ctrlKey ? -Infinity : 0, -Infinity] : event.key === "End" ? [event.ctrlKey ? Infinity : 0, Infinity] : null);
      if (!step) return;
      event.preventDefault();
      move(...step);
    });
    holder.addEventListener("focusin", ({ target }) => {
      if (target.matches("td > button")) active = { row: +target.dataset.row, column: +target.dataset.column };
    });
    holder.addEventListener("click", ({ target }) => {
      const button = target.closest("td > button");
      if (!button) return;
      active = { row: +button.dataset.row, column: +button.dataset.column };
      const problem = rows[active.row];
      const run = runs[active.column];
      const wanted = wantedOutcomes();
      const at = run.cells.get(problem.id).findIndex((one) => wanted.has(run.outcome[one]));
      Object.assign(view, { task: problem.task, of: problem.suite, run: run.name, sample: Math.max(0, at), beside: "", other: 0 });
      write();
      openCell();
    });
    addEventListener("resize", drawRows);
    addEventListener("beforeprint", () => { whole = true; drawRows(); });
    addEventListener("afterprint", () => { whole = false; drawRows(); });
  };

  // One cell

  const FACTS = { value: "value", extraction: "answer found by", form: "form", finish_reason: "finish reason", prompt_tokens: "tokens in", completion_tokens: "tokens out", cost: "cost in $", seconds: "seconds to answer", cpu_seconds: "CPU seconds", wall_seconds: "seconds to run", max_rss: "memory in bytes", weak: "verdict is weak", base_passed: "base passed", fuzz: "on other inputs", fuzz_passed: "other inputs passed" };
  const TEXTS = ["completion", "solution", "detail", "cause", "reasoning", "counterexample", "cut", "stages", "measures", "answer", "turns"];
  const dialog = $("#cell");
  const runNamed = (name) => data.runs.find((run) => run.name === name);
  let opening = 0;
  const openCell = async () => {
    const mine = ++opening;
    const problem = data.problems.find((one) => one.task === view.task && one.suite === view.of);
    const run = runNamed(view.run);
    const cell = problem && run?.cells.get(problem.id);
    if (!cell) return closeCell();
    const other = runNamed(view.beside);
    const otherCell = other?.cells.get(problem.id);
    const at = cell[Math.min(view.sample, cell.length - 1)];
    const besides = otherCell?.[Math.min(view.other, otherCell.length - 1)];
    const promptAt = run.prompts.get(problem.id) ?? other?.prompts.get(problem.id);
    const [prompt, left, right] = await Promise.all([
      promptAt === undefined ? null : record("prompt", promptAt),
      record("sample", run.first + at),
      besides === undefined ? null : record("sample", other.first + besides),
    ]);
    if (mine !== opening) return;
    const body = el("div", { class: "cell-body" }, promptOf(prompt));
    const answers = [answerOf(run, at, left, problem)];
    if (right) {
      body.append(diffOf(left, right, run, other));
      answers.push(answerOf(other, besides, right, problem));
    }
    body.append(el("div", { class: right ? "pair" : "" }, ...answers));
    const focused = dialog.contains(document.activeElement) && document.activeElement.name;
    dialog.replaceChildren(headOf(problem, run, cell, other, otherCell), body);
    if (!dialog.open) dialog.showModal();
    if (focused) dialog.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
    dialog.scrollTop = focused ? dialog.scrollTop : 0;
  };
  const closeCell = () => {
    opening++;
    if (dialog.open) dialog.close();
  };
  const headOf = (problem, run, cell, other, otherCell) => {
    const go = (changes) => { Object.assign(view, changes); write(); openCell(); };
    const place = rows.indexOf(problem);
    const step = (by, name, label) => {
      let next = place + by;
      while (place >= 0 && rows[next] && !run.cells.has(rows[next].id)) next += by;
      const there = place >= 0 ? rows[next] : undefined;
      return el("button", { type: "button", name, disabled: !there, onclick: () => { active.row = next; go({ task: there.task, of: there.suite, sample: 0, other: 0 }); } }, label);
    };
    const choice = (name, label, values, now, act) => el("label", {}, label,
      el("select", { name, onchange: (event) => act(event.target.value) },
        ...values.map(([value, said]) => el("option", { value, selected: value === now }, said))));
    const having = data.runs.filter((one) => one.cells.has(problem.id)).map((one) => [one.name, plain(one.name, 100)]);
    const samples = (of, found) => found.map((at, place) => [String(place), `${of.index[at]}: ${words(data.outcomes[of.outcome[at]])}`]);
    return el("div", { class: "cell-head" },
      el("h2", { id: "cell-title" }, plain(`${problem.suite} · ${problem.task}`, 400)),
      el("div", { class: "tools" },
        step(-1, "previous", "← Previous"), step(1, "next", "Next →"),
        choice("run", "model", having, run.name, (name) => go({ run: name, sample: 0 })),
        cell.length > 1 ? choice("sample", "sample", samples(run, cell), String(Math.min(view.sample, cell.length - 1)), (value) => go({ sample: +value })) : null,
        choice("beside", "beside", [["", "nothing"], ...having], otherCell ? other.name : "", (name) => go({ beside: name, other: name === run.name ? Math.min(view.sample + 1, cell.length - 1) : 0 })),
        otherCell?.length > 1 ? choice("other", "sample", samples(other, otherCell), String(Math.min(view.other, otherCell.length - 1)), (value) => go({ other: +value })) : null,
        el("button", { type: "button", name: "close", autofocus: true, onclick: closeCell }, "Close (Esc)")));
  };
  const cutNote = (length) => (length ? el("p", { class: "cut" }, `Cut here, of ${length.toLocaleString("en")} characters.`) : null);
  const pre = (text, cut, language = "") => el("div", {}, coloured(el("pre", { tabindex: 0 }), text, language), cutNote(cut));
  const apart = (title, open, ...inner) => el("details", { open }, el("summary", {}, title), ...inner);
  const promptOf = (found) =>
    found ? apart("Prompt", false, pre(found.prompt, found.cut)) : el("p", { class: "note" }, "Prompt: not kept by this run.");
  const answerOf = (run, at, found, problem) => {
    const outcome = data.outcomes[run.outcome[at]];
    const cut = found.cut ?? {};
    const cause = found.cause && found.cause !== outcome ? ` (${words(found.cause)})` : "";
    const box = el("section", { class: "answer" },
      put(el("h3"), plain(`${run.name}, sample ${run.index[at]}`)),
      el("p", { class: outcome === "passed" ? "good" : "bad" }, plain(words(outcome) + cause)));
    const detail = found.detail ?? "";
    if (detail) box.append(pre(detail, cut.detail));
    if (found.counterexample) box.append(el("h4", {}, found.fuzz === "failed" ? "Counterexample" : "On other inputs"), pre(found.counterexample, cut.counterexample, problem.language));
    // What is too large to be kept as a list is text by now.
    if (found.stages) box.append(el("h4", {}, "Stages"), Array.isArray(found.stages) ? stagesOf(found.stages) : pre(said(found.stages), cut.stages));
    if (found.solution !== undefined) box.append(el("h4", {}, "Answer taken: the program"), pre(found.solution, cut.solution, problem.language || "python"));
    else box.append(el("h4", {}, "Answer taken"), found.answer === undefined ? el("p", { class: "note" }, "none") : pre(said(found.answer), cut.answer));
    if (found.turns && !Array.isArray(found.turns)) box.append(apart("Earlier answers", false, pre(said(found.turns), cut.turns)));
    else (found.turns ?? []).forEach((turn, place) => box.append(apart(`Earlier answer ${place + 1}`, false, pre(said(turn?.text ?? turn)), turn?.tool_calls ? pre(said(turn.tool_calls)) : null)));
    const same = found.completion !== undefined && found.completion === found.solution;
    box.append(el("h4", {}, "Raw answer"), same ? el("p", { class: "note" }, "word for word the program above")
      : found.completion === undefined ? el("p", { class: "note" }, "empty") : pre(found.completion, cut.completion, "markdown"));
    if (found.reasoning) box.append(apart("Reasoning", false, pre(found.reasoning, cut.reasoning)));
    const facts = Object.entries(FACTS).filter(([name]) => found[name] !== undefined).map(([name, label]) => [label, said(found[name])]);
    if (found.measures && typeof found.measures === "object") facts.push(...Object.entries(found.measures).map(([name, value]) => [name, said(value)]));
    if (facts.length) box.append(el("h4", {}, "Figures"), el("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [put(el("dt"), name, 80), put(el("dd"), value, 300)])));
    for (const [name, value] of Object.entries(found)) {
      if (!TEXTS.includes(name) && !(name in FACTS)) box.append(apart(words(plain(name)), false, pre(said(value), cut[name])));
    }
    return box;
  };
  const said = (value) => (typeof value === "string" ? value : typeof value === "number" ? number(value) : JSON.stringify(value, null, 1));
  const stagesOf = (stages) => {
    const line = (stage) => {
      const counts = Object.entries(stage.counts ?? {}).map(([name, count]) => `${name} ${said(count)}`).join(", ");
      return el("tr", {}, put(el("th", { scope: "row" }), String(stage.name), 80), el("td", { class: stage.passed ? "good" : "bad" }, stage.passed ? "passed" : "failed"),
        el("td", { class: "n" }, stage.cpu_seconds === undefined ? "–" : `${(+stage.cpu_seconds).toFixed(2)} s`), put(el("td"), counts || "–", 2000));
    };
    return el("div", { class: "wide" }, el("table", {}, el("thead", {}, el("tr", {}, ...["stage", "ended", "CPU", "found"].map((name) => el("th", {}, name)))), el("tbody", {}, ...stages.filter((stage) => stage && typeof stage === "object").map(line))));
  };

  // Colours of code: comments, strings, numbers, keywords, names that are called

  const KEYWORDS = new Set("False None True and as assert async await break case class const continue crate def default del delete do elif else enum except export extends extern false final finally fn for from func function global go if impl import in instanceof interface is lambda let local loop match mod module move mut namespace new nil nonlocal not null or package pass private protected pub public raise ref return self static struct super switch this throw trait true try type typeof undefined unsafe use using var void where while with yield end begin then require elsif unless until".split(" "));
  const HASHED = new Set(["python", "ruby", "sh", "perl", "r", "julia", "elixir", "php"]);
  const DASHED = new Set(["lua", "sql", "haskell", "ada"]);
  const lexer = (language) => {
    const comment = HASHED.has(language) ? "#[^\\n]*" : DASHED.has(language) ? "--[^\\n]*" : "//[^\\n]*|/\\*[^]*?(?:\\*/|$)";
    // In Rust and its like a quote may begin a lifetime, in C++ it may stand within a number.
    const single = ["rust", "ocaml", "haskell", "lisp", "racket"].includes(language) ? "'(?:\\\\[^'\\n]{1,10}|[^'\\\\\\n])'" : "'(?:\\\\[^]|[^'\\\\\\n])*'?";
    return new RegExp(`(${comment})|("""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\\\[^]|[^"\\\\\\n])*"?|${single}|\`(?:\\\\[^]|[^\`\\\\])*\`?)|\\b(\\d[\\w.]*)|([A-Za-z_]\\w*)(?=(\\s*\\()?)`, "g");
  };
  const coloured = (into, text, language) => {
    if (!language || language === "markdown" || text.length > MOST_COLOURED) return put(into, text);
    let from = 0;
    for (const found of text.matchAll(lexer(language))) {
      const [all, comment, string, digits, name, call] = found;
      const kind = comment !== undefined ? "c" : string !== undefined ? "s" : digits !== undefined ? "m" : KEYWORDS.has(name) ? "k" : call !== undefined ? "f" : "";
      if (!kind) continue;
      put(into, text.slice(from, found.index));
      into.append(put(el("span", { class: kind }), all));
      from = found.index + all.length;
    }
    return put(into, text.slice(from));
  };

  // Two answers side by side, line by line

  const diff = (a, b) => {
    let [start, endA, endB] = [0, a.length, b.length];
    while (start < endA && start < endB && a[start] === b[start]) start++;
    while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { endA--; endB--; }
    const [n, m] = [endA - start, endB - start];
    const steps = [];
    const same = (i, j) => steps.push([i, j]);
    for (let i = 0; i < start; i++) same(i, i);
    if (n * m > MOST_DIFFERING) {
      for (let i = start; i < endA; i++) steps.push([i, -1]);
      for (let j = start; j < endB; j++) steps.push([-1, j]);
    } else {
      // The longest common subsequence of the lines between what both begin and end with.
      const best = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
      for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) best[i][j] = a[start + i] === b[start + j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
      let [i, j] = [0, 0];
      while (i < n || j < m) {
        if (i < n && j < m && a[start + i] === b[start + j]) same(start + i++, start + j++);
        else if (j >= m || (i < n && best[i + 1][j] >= best[i][j + 1])) steps.push([start + i++, -1]);
        else steps.push([-1, start + j++]);
      }
    }
    for (let i = endA, j = endB; i < a.length; i++, j++) same(i, j);
    return steps;
  };
  // Lines that only one side has, side by side with those of the other that stand in their place.
  const beside = (steps) => {
    const found = [];
    let [left, right] = [[], []];
    const flush = () => {
      for (let at = 0; at < Math.max(left.length, right.length); at++) found.push([left[at] ?? -1, right[at] ?? -1, false]);
      [left, right] = [[], []];
    };
    for (const [i, j] of steps) {
      if (i >= 0 && j >= 0) { flush(); found.push([i, j, true]); }
      else if (i >= 0) left.push(i);
      else right.push(j);
    }
    flush();
    return found;
  };
  const taken = (found) => found.solution ?? (found.answer === undefined ? (found.completion ?? "") : said(found.answer));
  const diffOf = (left, right, run, other) => {
    const [a, b] = [left, right].map((found) => taken(found).split("\n"));
    const lines = beside(diff(a, b));
    const changed = lines.filter(([, , same]) => !same).length;
    const side = (list, at, same, kind) => [el("td", { class: "no" }, at < 0 ? "" : String(at + 1)), at < 0 ? el("td", { class: "gap" }) : put(el("td", { class: `code ${same ? "same" : kind}` }), list[at])];
    const drawn = lines.slice(0, MOST_LINES).map(([i, j, same]) => el("tr", {}, ...side(a, i, same, "del"), ...side(b, j, same, "ins")));
    const cut = left.cut?.solution || right.cut?.solution || (left.solution === undefined && left.cut?.completion) || (right.solution === undefined && right.cut?.completion);
    const title = `Difference of the answers taken: ${changed ? `${changed} ${changed === 1 ? "line differs" : "lines differ"}` : "none"}`;
    return apart(title, true, cut ? el("p", { class: "cut" }, "One of them is cut here, so that the difference is not whole.") : null,
      lines.length > MOST_LINES ? el("p", { class: "cut" }, `The first ${MOST_LINES} of ${lines.length} lines.`) : null,
      el("table", { class: "diff" },
        el("colgroup", {}, el("col", { class: "no" }), el("col"), el("col", { class: "no" }), el("col")),
        el("thead", {}, el("tr", {}, el("th", { colspan: 2 }, `− ${plain(run.name, 100)}`), el("th", { colspan: 2 }, `+ ${plain(other.name, 100)}`))),
        el("tbody", {}, ...drawn)));
  };

  // The other tables, colours, and the way about

  const sortTable = (table, sort) => {
    const [, column, way] = /^(\d+)([ad])$/.exec(sort) ?? [];
    const heads = [...table.tHead.rows[0].cells];
    if (column === undefined || !heads[column]) return;
    heads.forEach((head, at) => (at === +column ? head.setAttribute("aria-sort", way === "a" ? "ascending" : "descending") : head.removeAttribute("aria-sort")));
    const value = (row) => {
      const cell = row.cells[column];
      const text = cell?.textContent.trim() ?? "";
      const figure = parseFloat(cell?.dataset.v ?? text.replace(/^[^\d+-]*/, "").replaceAll(",", ""));
      return cell?.classList.contains("n") ? (Number.isNaN(figure) ? -Infinity : figure) : text;
    };
    const keyed = [...table.tBodies[0].rows].map((row) => [value(row), row]);
    const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? (a > b) - (a < b) : String(a).localeCompare(String(b), "en", { numeric: true }));
    keyed.sort(([a], [b]) => (way === "a" ? 1 : -1) * compare(a, b));
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };
  const buildTables = () => {
    for (const table of document.querySelectorAll("table.sorted")) {
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        const button = el("button", { type: "button", onclick: () => {
          const figures = head.classList.contains("n");
          const on = head.getAttribute("aria-sort");
          const way = on ? (on === "ascending" ? "d" : "a") : figures ? "d" : "a";
          if (table.id) { view.tables[table.id] = `${column}${way}`; write(); }
          sortTable(table, `${column}${way}`);
        } });
        button.append(...head.childNodes);
        head.append(button);
      });
    }
  };
  const syncTables = () => {
    for (const [id, sort] of Object.entries(view.tables)) {
      const table = document.getElementById(id);
      if (table?.matches("table.sorted")) sortTable(table, sort);
    }
  };
  const syncColours = () => {
    const now = view.colours;
    if (now) document.documentElement.dataset.theme = now;
    else delete document.documentElement.dataset.theme;
    $("#theme").textContent = `Colours: ${COLOURS[now]}`;
  };
  const go = (id) => document.getElementById(id)?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  const buildTools = () => {
    $("#theme").addEventListener("click", () => {
      const names = Object.keys(COLOURS);
      view.colours = names[(names.indexOf(view.colours) + 1) % names.length];
      write();
      syncColours();
    });
    document.addEventListener("click", ({ target }) => {
      const button = target.closest?.("button[data-go], button[data-a]");
      if (!button) return;
      if (button.dataset.go) return go(button.dataset.go);
      const { suite, a, b } = button.dataset;
      view = { ...EMPTY(), colours: view.colours, tables: view.tables, model: [a, b], suite: [suite], which: "differ" };
      write();
      syncFilters();
      draw(true);
      go("grid");
    });
    dialog.addEventListener("close", () => {
      Object.assign(view, { task: "", of: "", run: "", sample: 0, beside: "", other: 0 });
      write();
      drawRows();
      focusCell(true);
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) closeCell(); });
  };
  const show = () => {
    syncColours();
    syncTables();
    syncFilters();
    searchDeep();
    draw(true);
    if (view.task) openCell();
    else closeCell();
  };

  const start = async () => {
    view = read();
    syncColours();
    buildTables();
    buildTools();
    if (typeof DecompressionStream === "undefined") {
      holder.append(el("p", { class: "warn" }, "This browser is too old to unpack the answers that lie in the page; the tables above are whole."));
      return;
    }
    data = await unpack("grid-data");
    arrange();
    buildFilters();
    buildGrid();
    show();
    addEventListener("hashchange", () => { view = read(); show(); });
    document.documentElement.dataset.ready = "";
  };
  start();
})();
