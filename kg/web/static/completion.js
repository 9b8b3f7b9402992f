// What may follow in a query: our prefixes, terms by name or label, and the variables of the text.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let asked = null;

/** Prefixes and terms of the graph, asked of our own server once. */
export function vocabulary(address) {
  asked ??= fetch(address).then((answer) => (answer.ok ? answer.json() : { prefixes: {}, terms: [] }));
  return asked;
}

/** Names that continue what was typed, best first, each with what there is to say about it. */
export function suggestions({ prefixes, terms }, typed, text, lang, most = 60) {
  if (/^[?$]/.test(typed)) {
    const names = new Set(text.match(/[?$]\w+/g));
    names.delete(typed);
    return [...names].filter((name) => name.startsWith(typed)).sort().map((name) => ({ name, about: "" }));
  }
  const wanted = plain(typed);
  const colon = wanted.indexOf(":") + 1;
  const prefix = wanted.slice(0, colon);
  const local = wanted.slice(colon);
  const rank = (term) => {
    const name = plain(term.name);
    if (!name.startsWith(prefix)) return 9;
    const rest = name.slice(name.indexOf(":") + 1);
    if (name.startsWith(wanted) || rest.startsWith(local)) return 0;
    if (rest.includes(local)) return 1;
    return plain(term[lang] || "").includes(local) ? 2 : 9;
  };
  const found = terms
    .map((term) => ({
      name: term.name,
      about: [term[lang], term[`about-${lang}`]].filter(Boolean).join(" – "),
      rank: rank(term),
    }))
    .filter((term) => term.rank < 9);
  found.sort((one, other) => one.rank - other.rank || (one.name < other.name ? -1 : 1));
  const bases = prefix || !wanted ? [] : Object.keys(prefixes).filter((name) => name.startsWith(wanted));
  return [...bases.map((name) => ({ name: `${name}:`, about: prefixes[name] })), ...found].slice(0, most);
}
