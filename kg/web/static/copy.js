// Buttons that copy the text of an element: <button data-copy="id" data-done="Copied" hidden>.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Without permission the text is selected, to be copied by hand.
      getSelection().selectAllChildren(source);
      return;
    }
    const text = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = text; }, 2000);
  });
}
