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
