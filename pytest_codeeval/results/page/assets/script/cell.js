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
