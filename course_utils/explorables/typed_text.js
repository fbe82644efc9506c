// What the explorables for typed text share: a field whose text Python answers, and what is said
// meanwhile. Whatever comes from a person or from Python is put in as text, never as markup.

import { html, newId, setAttributes } from "./common.js";

export const MOST_LETTERS = 2000;
const PAUSE = 150; // milliseconds after the last key until Python is asked
const PATIENCE = 300; // … after which waiting is shown
const LATE = 5000; // … after which somebody may doubt that an answer comes
const ALONE = "This page has no Python to answer: to type here, open the lesson in JupyterLab.";
const NO_ANSWER = "No answer yet: Python is busy with another cell, or this cell must be run again.";

/** Return as much of a text as is read: at most 2,000 letters, cut between words. */
export function cut(text) {
  if (text.length <= MOST_LETTERS) return text;
  const start = text.slice(0, MOST_LETTERS);
  const whole = /\s/.test(text[MOST_LETTERS]) ? start : start.replace(/(?<=\s)\S*$/, "");
  return whole.replace(/[\ud800-\udbff]$/, ""); // no half of an emoji
}

/** Write a probability in percent; only 0 and 1 look certain: "31.4 %", "< 0.1 %". */
export function writePercent(probability) {
  if (probability > 0 && probability < 0.0005) return "< 0.1 %";
  if (probability >= 0.9995 && probability < 1) return "> 99.9 %";
  return `${(Math.floor(1000 * probability + 0.5) / 10).toFixed(1)} %`;
}

/** Return whether there is no Python: on a slide and in a built page. */
export function isAlone(model) {
  return typeof model.send !== "function";
}

/** A labelled field, and under it what Python says of the text.
 *
 * `question` names the values that an answer depends on, `onType` takes a new text. `isCurrent()`
 * says whether Python's answer is the one to what stands here now.
 */
export function createField({ model, el, question, onType }) {
  const id = newId();
  const alone = isAlone(model);
  const input = html("textarea", {
    id, rows: 2, dir: "auto", spellcheck: "false", autocomplete: "off", readonly: alone,
  });
  const message = html("p", { class: "message", role: "status" });
  const node = html("div", { class: "typed" },
    html("label", { for: id }, model.get("label")), input,
    alone ? html("p", { class: "alone" }, ALONE) : "", message);
  let typing = null; // the timer that runs while somebody types
  let waiting = []; // those that run while Python thinks
  let note = "";
  input.addEventListener("input", () => {
    const all = input.value;
    const text = cut(all);
    note = text === all ? "" : writeCut(all);
    if (note) input.value = text;
    clearTimeout(typing);
    typing = setTimeout(() => {
      typing = null;
      if (text !== model.get("text")) onType(text);
      show();
    }, PAUSE);
    if (note) say(note);
  });
  return { node, isCurrent, show, say, release };

  function isCurrent() {
    const answer = model.get("answer");
    const same = (name) => JSON.stringify(answer[name]) === JSON.stringify(model.get(name));
    return typing === null && question.every(same);
  }

  function show() {
    if (typing === null && input.value !== model.get("text")) input.value = model.get("text");
    if (!isCurrent()) {
      if (waiting.length) return;
      waiting = [setTimeout(() => think("Thinking …"), PATIENCE), setTimeout(() => think(NO_ANSWER), LATE)];
      return;
    }
    stopWaiting();
    say([note, model.get("answer").message].filter(Boolean).join(" "));
  }

  function think(words) {
    setAttributes(el, { "aria-busy": "true" });
    say(words);
  }

  function stopWaiting() {
    waiting.forEach(clearTimeout);
    waiting = [];
    setAttributes(el, { "aria-busy": false });
  }

  function say(words) {
    if (message.textContent !== words) message.textContent = words;
  }

  function release() {
    clearTimeout(typing);
    stopWaiting();
  }
}

function writeCut(text) {
  const count = (number) => number.toLocaleString("en");
  return `The text had ${count(text.length)} letters; the first ${count(cut(text).length)} are kept.`;
}
