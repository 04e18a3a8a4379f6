// Colours of code: comments, strings, numbers, keywords, names that are called

const MOST_COLOURED = 30000;

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
