// The SPARQL editor without the files of others: colors, line numbers, completion, marks of errors.
// The text stays in the page's own textarea, so that everything works as it does without scripts.
import { suggestions, vocabulary } from "./completion.js";

const area = document.getElementById("query");
const box = area.closest(".editor");
const lang = document.documentElement.lang;
const paint = document.createElement("pre");
const numbers = document.createElement("pre");
const list = document.createElement("ul");

const TOKENS = new RegExp([
  /(?<comment>#[^\n]*)/, /(?<string>"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
  /(?<iri><[^<>"{}|^`\\\s]*>)/, /(?<variable>[?$]\w+)/, /(?<name>[A-Za-z][\w.-]*:[\w.-]*|:[\w.-]+)/,
  /(?<keyword>\b(?:ADD|ALL|AS|ASC|ASK|AVG|BASE|BIND|BNODE|BOUND|BY|CEIL|COALESCE|CONCAT|CONSTRUCT|CONTAINS|COUNT|DATATYPE|DAY|DESC|DESCRIBE|DISTINCT|EXISTS|FILTER|FLOOR|FROM|GRAPH|GROUP|GROUP_CONCAT|HAVING|HOURS|IF|IN|IRI|ISBLANK|ISIRI|ISLITERAL|ISNUMERIC|LANG|LANGMATCHES|LCASE|LIMIT|MAX|MIN|MINUS|MONTH|NAMED|NOT|OFFSET|OPTIONAL|ORDER|PREFIX|REDUCED|REGEX|REPLACE|ROUND|SAMETERM|SAMPLE|SELECT|SEPARATOR|STR|STRAFTER|STRBEFORE|STRDT|STRENDS|STRLANG|STRLEN|STRSTARTS|SUBSTR|SUM|UCASE|UNDEF|UNION|URI|VALUES|WHERE|YEAR|a|true|false)\b)/,
].map((part) => part.source).join("|"), "gi");

// The place of an error counts characters of the text that was sent.
const sent = area.value;
const wrongLine = Number(area.dataset.line || 0);

function spanned(kind, text) {
  const span = document.createElement("span");
  span.className = kind === "iri" ? "name" : kind;
  span.textContent = text;
  return span;
}

function draw() {
  const text = area.value;
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    parts.push(text.slice(at, found.index));
    const kind = Object.keys(found.groups).find((key) => found.groups[key] !== undefined);
    parts.push(spanned(kind, found[0]));
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at), "\n");
  paint.replaceChildren(...parts);
  const count = text.split("\n").length;
  const wrong = text === sent ? wrongLine : 0;
  numbers.replaceChildren(...Array.from({ length: count }, (_, i) => spanned(i + 1 === wrong ? "wrong" : "number", `${i + 1}\n`)));
  follow();
}

function follow() {
  paint.scrollTop = numbers.scrollTop = area.scrollTop;
  paint.scrollLeft = area.scrollLeft;
}

// Completion.
let shown = [];
let chosen = 0;

function begun() {
  return /[?$]?[\p{L}\w.-]*:?[\p{L}\w.-]*$/u.exec(area.value.slice(0, area.selectionStart))[0];
}

async function offer() {
  const known = await vocabulary(area.dataset.terms);
  shown = suggestions(known, begun(), area.value, lang);
  chosen = 0;
  show();
}

function show() {
  box.classList.toggle("open", shown.length > 0);
  list.hidden = shown.length === 0;
  area.removeAttribute("aria-activedescendant");
  list.replaceChildren(...shown.map((term, i) => {
    const item = document.createElement("li");
    item.id = `suggestion-${i}`;
    item.role = "option";
    item.ariaSelected = String(i === chosen);
    item.append(term.name);
    if (term.about) item.append(spanned("about", term.about));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
    return item;
  }));
  if (shown.length === 0) return;
  area.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  list.children[chosen].scrollIntoView({ block: "nearest" });
  const before = area.value.slice(0, area.selectionStart).split("\n");
  const style = getComputedStyle(area);
  const line = parseFloat(style.lineHeight);
  list.style.top = `${before.length * line + parseFloat(style.paddingTop) - area.scrollTop}px`;
  const room = box.clientWidth - Math.min(list.offsetWidth, box.clientWidth);
  const wide = before.at(-1).length * parseFloat(style.fontSize) * 0.6 + numbers.offsetWidth - area.scrollLeft;
  list.style.left = `${Math.max(0, Math.min(wide, room))}px`;
}

function hide() {
  shown = [];
  show();
}

function take(i) {
  const typed = begun();
  area.setSelectionRange(area.selectionStart - typed.length, area.selectionStart);
  // The only way that keeps "undo" working.
  if (!document.execCommand("insertText", false, shown[i].name)) area.setRangeText(shown[i].name, area.selectionStart, area.selectionEnd, "end");
  hide();
  draw();
}

area.addEventListener("keydown", (event) => {
  const isOpen = shown.length > 0;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    area.form.requestSubmit();
  } else if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    offer();
  } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
    show();
  } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
    event.preventDefault();
    take(chosen);
  } else if (isOpen && event.key === "Escape") {
    event.preventDefault();
    hide();
  }
});
area.addEventListener("input", (event) => {
  draw();
  const typed = begun();
  if (event.inputType === "insertText" && (/:/.test(typed) || shown.length > 0)) offer();
  else if (shown.length > 0) hide();
});
area.addEventListener("scroll", follow);
area.addEventListener("blur", hide);

paint.className = "paint code";
numbers.className = "numbers code";
for (const layer of [paint, numbers]) layer.ariaHidden = "true";
list.className = "suggestions";
list.id = "suggestions";
list.role = "listbox";
list.ariaLabel = box.dataset.complete;
list.hidden = true;
area.setAttribute("aria-autocomplete", "list");
area.setAttribute("aria-controls", "suggestions");
box.classList.add("live");
box.prepend(numbers, paint);
box.append(list);
document.getElementById("keys").hidden = false;
draw();
if (wrongLine) {
  const lines = sent.split("\n").slice(0, wrongLine - 1);
  const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(area.dataset.column) - 1;
  area.focus();
  area.setSelectionRange(at, at);
}
