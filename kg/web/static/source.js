// The page of a source without this script: a click on words shows their claims by its anchor, and
// the words of a claim are anchors in the text. With it, all words of a claim are shown at once,
// the text stays where it is, and Escape closes what was opened.
"use strict";

const text = document.querySelector(".marked");

function marksOf(place) {
  return text.querySelectorAll(`mark[data-place="${CSS.escape(place)}"]`);
}

function clear() {
  for (const shown of document.querySelectorAll(".shown")) shown.classList.remove("shown");
}

function placesOf(claim) {
  return [...claim.querySelectorAll("a.at")].map((link) => link.hash.replace("#char=", ""));
}

function showClaim(claim) {
  clear();
  claim.classList.add("shown");
  for (const place of placesOf(claim)) {
    for (const mark of marksOf(place)) mark.classList.add("shown");
  }
}

// Where the text has a column of its own it is scrolled there, and the claims stay where they are.
function scrollText(mark) {
  const column = text.closest("section");
  if (getComputedStyle(column).position !== "sticky") return false;
  const top = mark.getBoundingClientRect().top - column.getBoundingClientRect().top;
  column.scrollTop += top - column.clientHeight / 3;
  return true;
}

let opener = null;

function showPlace(place) {
  const panel = document.getElementById(`in=${place}`);
  if (!panel) return;
  clear();
  panel.classList.add("shown");
  for (const mark of marksOf(place)) mark.classList.add("shown");
  panel.focus({ preventScroll: true });
}

function close() {
  const wasOpen = document.querySelector(".place.shown, .place:target");
  clear();
  if (location.hash.startsWith("#in=")) history.replaceState(null, "", location.pathname + location.search);
  if (wasOpen && opener) opener.focus({ preventScroll: true });
  opener = null;
}

text.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = link;
  showPlace(link.hash.replace("#in=", ""));
});

document.querySelector(".places").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  if (link.classList.contains("close")) {
    event.preventDefault();
    close();
  } else if (link.hash.startsWith("#in=")) {
    event.preventDefault();
    showPlace(link.hash.replace("#in=", ""));
  } else if (link.hash.startsWith("#claim=")) {
    const claim = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (claim) showClaim(claim);
  }
});

document.querySelector("ol.claims").addEventListener("click", (event) => {
  const link = event.target.closest("a.at");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  showClaim(link.closest(".claim"));
  const chosen = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (chosen && scrollText(chosen)) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
