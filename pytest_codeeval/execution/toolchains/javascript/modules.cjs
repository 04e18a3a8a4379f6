"use strict";
// Loads files as Babel and Jest do: `import`, `export`, `require` and `module.exports` all work in one of them.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { createRequire, isBuiltin } = require("node:module");

const ENDINGS = ["", ".js", ".cjs", ".mjs", ".json", "/index.js"];
const OURS = "const { require, module, exports, __filename, __dirname } = import.meta.codeeval; ";
const IMPORT = /\bimport\s+([^;'"]*?)\s*from\s*(['"])([^'"\n]+)\2/g;

class Modules {
  #loaded = new Map();
  #loading = new Set();

  /** Run a file, and what it imports; an import that is not there is undefined until it is used. */
  async run(file) {
    return (await this.#file(path.resolve(file))).exports;
  }

  async #file(file) {
    if (this.#loaded.has(file)) return this.#loaded.get(file);
    if (this.#loading.has(file)) throw new Error(`Cannot import ${path.basename(file)} while it is loaded`);
    this.#loading.add(file);
    const loaded = file.endsWith(".json") ? plain(JSON.parse(fs.readFileSync(file, "utf8"))) : await this.#source(file);
    this.#loaded.set(file, loaded);
    return loaded;
  }

  async #source(file) {
    const code = fs.readFileSync(file, "utf8").replace(/^#!/, "//");
    const own = { exports: {} };
    const begun = own.exports;
    const given = { require: createRequire(file), module: own, exports: begun };
    const importing = (specifier) => this.#import(specifier, file, code);
    const source = new vm.SourceTextModule(OURS + code, {
      identifier: file,
      initializeImportMeta: (meta) => {
        meta.codeeval = { ...given, __filename: file, __dirname: path.dirname(file) };
      },
      importModuleDynamically: importing,
    });
    await source.link(importing);
    await source.evaluate();
    const names = Object.keys(source.namespace);
    const isPlain = names.length === 0 && (own.exports !== begun || Object.keys(begun).length > 0);
    return isPlain ? plain(own.exports) : { source, exports: { ...source.namespace, ...own.exports } };
  }

  async #import(specifier, importer, code) {
    const found = specifier.startsWith(".")
      ? await this.#file(resolved(specifier, path.dirname(importer)))
      : plain(builtin(specifier));
    const wanted = names(code, specifier);
    if (found.source && wanted.every((name) => name in found.source.namespace)) return found.source;
    const all = [...new Set([...Object.keys(found.exports), ...wanted])];
    const made = new vm.SyntheticModule(all, () => all.forEach((name) => made.setExport(name, found.exports[name])));
    await made.link(() => undefined);
    await made.evaluate();
    return made;
  }
}

/** Return what was exported by a value, as Babel reads it: all of it is the default. */
function plain(value) {
  const isMany = (typeof value === "object" && value !== null) || typeof value === "function";
  const many = isMany ? Object.fromEntries(Object.keys(value).map((name) => [name, value[name]])) : {};
  return { exports: { ...many, default: many.__esModule ? many.default : value } };
}

function builtin(specifier) {
  if (!isBuiltin(specifier)) throw new Error(`Cannot find module '${specifier}'`);
  return require(specifier);
}

function resolved(specifier, folder) {
  const found = ENDINGS.map((ending) => path.resolve(folder, specifier + ending)).find(
    (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
  if (!found) throw new Error(`Cannot find module '${specifier}'`);
  return found;
}

/** Return the names that code imports from a module. */
function names(code, specifier) {
  const found = [];
  for (const [, clause, , from] of code.matchAll(IMPORT)) {
    if (from !== specifier) continue;
    const braces = /\{([^}]*)\}/.exec(clause);
    const rest = clause.replace(/\{[^}]*\}/, "");
    if (/(?:^|,)\s*[\w$]+\s*(?:,|$)/.test(rest)) found.push("default");
    for (const part of (braces?.[1] ?? "").replace(/\/\/.*$/gm, "").split(",")) {
      const name = /^\s*([\w$]+)/.exec(part)?.[1];
      if (name) found.push(name);
    }
  }
  return found;
}

module.exports = { Modules };
