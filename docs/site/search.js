// SPDX-License-Identifier: MIT
// The results of search.html?q=WORDS, from the index that the library lunr makes of the pages.
"use strict";

const words = (new URLSearchParams(location.search).get("q") || "").trim();
document.querySelector("input[type=search]").value = words;
const documents = new Map(searchIndex.docs.map((entry) => [entry.location, entry]));

function find() {
  const index = lunr(function () {
    this.ref("location");
    this.field("title", { boost: 10 });
    this.field("text");
    searchIndex.docs.forEach((entry) => this.add(entry));
  });
  // Whole words count more than beginnings; lunr's own operators are plain text here.
  return index.query((query) => {
    for (const term of lunr.tokenizer(words)) {
      query.term(term.toString(), { boost: 10 });
      query.term(term.toString(), { wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
    }
  });
}

function summary(text) {
  const first = words.split(/\s+/)[0].toLowerCase();
  const at = Math.max(0, text.toLowerCase().indexOf(first) - 60);
  return (at > 0 ? "… " : "") + text.slice(at, at + 220) + (text.length > at + 220 ? " …" : "");
}

function show(results) {
  document.getElementById("count").textContent =
    results.length ? `${results.length} found for “${words}”` : `Nothing found for “${words}”`;
  for (const result of results.slice(0, 50)) {
    const entry = documents.get(result.ref);
    const page = documents.get(entry.location.split("#")[0]);
    const link = document.createElement("a");
    link.href = entry.location;
    link.textContent = page && page !== entry ? `${page.title}: ${entry.title}` : entry.title;
    const text = document.createElement("p");
    text.textContent = summary(entry.text);
    const item = document.createElement("li");
    item.append(link, text);
    document.getElementById("results").append(item);
  }
}

if (words) show(find());
