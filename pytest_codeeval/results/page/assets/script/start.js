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
