// Chooses rows by outcome and suite. pytest-html draws the whole table anew at every click, so that whatever is set on
// a row has to be set again: which rows are chosen, and which parts of them the reader has opened or closed.
(() => {
  const form = document.querySelector(".ce-filters");
  const count = form.querySelector(".ce-count");
  const clear = form.querySelector(".ce-clear");
  const toggled = new Map();

  // A video player in every row, hidden and unused, is more than half of the time that drawing the table takes.
  if (!("media" in form.dataset)) {
    document.getElementById("template_results-table__tbody")?.content.querySelector("video")?.remove();
  }

  const chosen = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
  // The outcome's cell may name its cause behind it, in brackets.
  const cell = (row, name) => row.querySelector(`.collapsible > .col-${name}`)?.textContent ?? "";
  const parts = (row) => [...row.querySelectorAll(".extraHTML details")];
  const key = (row, part) => `${row.querySelector(".collapsible").dataset.id} ${parts(row).indexOf(part)}`;

  const apply = () => {
    const outcomes = chosen("outcome");
    const suites = chosen("suite");
    const rows = [...document.querySelectorAll("#results-table > .results-table-row")].filter((row) =>
      row.querySelector(".collapsible"),
    );
    let shown = 0;
    for (const row of rows) {
      row.hidden =
        (outcomes.length > 0 && !outcomes.includes(cell(row, "outcome").split(" (")[0])) ||
        (suites.length > 0 && !suites.includes(cell(row, "suite")));
      shown += !row.hidden;
      if (toggled.size) for (const part of parts(row)) part.open = toggled.get(key(row, part)) ?? part.open;
    }
    clear.hidden = !outcomes.length && !suites.length;
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
  clear.addEventListener("click", () => {
    form.reset();
    apply();
  });
  new MutationObserver(apply).observe(document.body, { childList: true });
  document.addEventListener("DOMContentLoaded", apply);
})();
