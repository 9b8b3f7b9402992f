// YASGUI's query editor in place of the text field. It asks no server: running a query sends our form,
// whose answer has labels, links and words; completion knows our terms, and none of its own lists.
import { suggestions, vocabulary } from "./completion.js";

const area = document.getElementById("query");
const lang = document.documentElement.lang;
const { Yasqe } = globalThis.Yasgui;
const label = document.querySelector(`label[for="${area.id}"]`);
const run = () => area.form.requestSubmit();

for (const name of Object.keys(Yasqe.Autocompleters)) delete Yasqe.Autocompleters[name];
Yasqe.defaults.autocompleters = [];
let offered = [];
Yasqe.registerAutocompleter({
  name: "terms",
  bulk: false,
  autoShow: false,
  isValidCompletionPosition: () => true,
  get: async (yasqe, token) => {
    offered = suggestions(await vocabulary(area.dataset.terms), token.string.trim(), yasqe.getValue(), lang);
    return offered.map((term) => term.name);
  },
  postprocessHints: (_, hints) => hints.map((hint, i) => ({
    ...hint,
    render: (item) => {
      item.append(hint.text);
      const about = document.createElement("span");
      about.className = "about";
      about.textContent = offered[i].about;
      item.append(about);
    },
  })),
});

const yasqe = new Yasqe(area.parentElement, {
  value: area.value,
  autocompleters: ["terms"],
  persistenceId: null,
  prefixCcApi: null,
  createShareableLink: null,
  consumeShareLink: null,
  showQueryButton: false,
  queryingDisabled: "the form is sent instead",
  requestConfig: { endpoint: () => area.form.action, method: "GET" },
  resizeable: false,
  highlightSelectionMatches: false,
  // It takes our prefixes for errors; the server tells where a query is wrong.
  syntaxErrorCheck: false,
  editorHeight: "20rem",
  screenReaderLabel: label.textContent,
  extraKeys: { ...Yasqe.defaults.extraKeys, "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
});
// The text field stays in the form and takes over what was written when it is sent.
area.hidden = true;
area.required = false;
area.form.addEventListener("submit", () => { area.value = yasqe.getValue(); });
label.addEventListener("click", () => yasqe.focus());
document.getElementById("keys").hidden = false;
const inner = yasqe.getInputField();
for (const name of ["aria-invalid", "aria-describedby"]) {
  if (area.hasAttribute(name)) inner.setAttribute(name, area.getAttribute(name));
}

const line = Number(area.dataset.line || 0) - 1;
if (line >= 0) {
  const from = { line, ch: Number(area.dataset.column) - 1 };
  const word = yasqe.getTokenAt({ line, ch: from.ch + 1 });
  yasqe.getDoc().markText(from, { line, ch: Math.max(word.end, from.ch + 1) }, { className: "wrong-place" });
  yasqe.getDoc().setCursor(from);
  yasqe.focus();
}
