// Two answers side by side, line by line

const MOST_LINES = 3000; // of a difference
const MOST_DIFFERING = 4e6; // pairs of lines that a difference looks at

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
