// Puts scores and settings first, and chooses rows by words, outcome, model and suite. pytest-html draws the whole table
// anew at every click, so that whatever is set on a row has to be set again: which rows are chosen, and which parts of
// them the reader has opened or closed.
(() => {
  const form = document.querySelector(".ce-filters");
  const count = form.querySelector(".ce-count");
  const clear = form.querySelector(".ce-clear");
  const search = form.querySelector("input[type=search]");
  const groups = [...new Set([...form.querySelectorAll("input[type=checkbox]")].map((box) => box.name))];
  const toggled = new Map();
  const said = new Map();
  let waiting = 0;

  const head = document.querySelector(".ce-head");
  if (head) document.getElementById("environment-header")?.before(head);
  const viewport = document.querySelector("body meta[name=viewport]");
  if (viewport) document.head.append(viewport);

  // A video player in every row, hidden and unused, is more than half of the time that drawing the table takes.
  if (!("media" in form.dataset)) {
    document.getElementById("template_results-table__tbody")?.content.querySelector("video")?.remove();
  }

  const chosen = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
  // The outcome's cell may name its cause behind it, in brackets.
  const cell = (row, name) => {
    const text = row.querySelector(`.collapsible > .col-${name}`)?.textContent ?? "";
    return name === "outcome" ? text.split(" (")[0] : text;
  };
  const id = (row) => row.querySelector(".collapsible").dataset.id;
  const parts = (row) => [...row.querySelectorAll(".extraHTML details")];
  const key = (row, part) => `${id(row)} ${parts(row).indexOf(part)}`;
  const text = (row) => {
    if (!said.has(id(row))) said.set(id(row), row.textContent.toLowerCase());
    return said.get(id(row));
  };

  const apply = () => {
    const wanted = groups.map((name) => [name, chosen(name)]).filter(([, values]) => values.length);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...document.querySelectorAll("#results-table > .results-table-row")].filter((row) =>
      row.querySelector(".collapsible"),
    );
    let shown = 0;
    for (const row of rows) {
      row.hidden =
        wanted.some(([name, values]) => !values.includes(cell(row, name))) ||
        words.some((word) => !text(row).includes(word));
      shown += !row.hidden;
      if (toggled.size) for (const part of parts(row)) part.open = toggled.get(key(row, part)) ?? part.open;
    }
    clear.hidden = !wanted.length && !words.length;
    count.textContent = clear.hidden ? "" : `${shown} of ${rows.length} rows`;
  };

  document.addEventListener(
    "click",
    ({ target }) => {
      const part = target.closest?.("#results-table details > summary")?.parentElement;
      if (part) toggled.set(key(part.closest(".results-table-row"), part), !part.open);
    },
    true,
  );
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  clear.addEventListener("click", () => {
    form.reset();
    apply();
  });
  new MutationObserver(apply).observe(document.body, { childList: true });
  document.addEventListener("DOMContentLoaded", apply);
})();
