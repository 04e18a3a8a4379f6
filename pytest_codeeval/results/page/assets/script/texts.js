// Elements and texts. All texts come from models and are hostile: they are put in as text, never as markup.

const $ = (selector, from = document) => from.querySelector(selector);

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
