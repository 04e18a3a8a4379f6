// The grid: of many rows only those that can be seen are drawn

const ROW = 30; // pixels, as the stylesheet has it
const MOST_PRINTED = 2000;

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
