// What the explorables for typed text share: a field whose text Python answers, and what is said
// meanwhile. Whatever comes from a person or from Python is put in as text, never as markup.

import { change, createButton, html, newId, setAttributes } from "./common.js";

export const MOST_LETTERS = 2000;
const KEYS = ["1", "2", "3", "4", "5"];
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

/** Return whether the dict `name` is Python's answer to what the values of `question` are now. */
export function answers(model, name, question) {
  const answer = model.get(name);
  const same = (key) => JSON.stringify(answer[key]) === JSON.stringify(model.get(key));
  return question.every(same);
}

/** A labelled field, and under it what Python says of the text.
 *
 * `question` names the values that an answer depends on, `onType` takes a new text, and `addMessage`
 * may return one more sentence for the field. `isCurrent()` says whether Python's answer is the one
 * to what stands here now.
 */
export function createField({ model, el, question, onType, addMessage = () => "" }) {
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
    return typing === null && answers(model, "answer", question);
  }

  function show() {
    if (typing === null && input.value !== model.get("text")) input.value = model.get("text");
    if (!isCurrent()) {
      if (waiting.length) return;
      waiting = [setTimeout(() => think("Thinking …"), PATIENCE), setTimeout(() => think(NO_ANSWER), LATE)];
      return;
    }
    stopWaiting();
    const sentences = new Set([note, model.get("answer").message, addMessage()]); // each one once
    say([...sentences].filter(Boolean).join(" "));
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

/** The suggested words, one button a row; the rows stay, so that the focus stays, too.
 *
 * `name(word)` is what is shown of a word; `end` is the word that ends a sentence.
 */
export function createRows({ pick, name, end }) {
  const rows = KEYS.map((key, index) => {
    const [word, length] = [html("bdi", { class: "word" }), html("span", { class: "length" })];
    const percent = html("span", { class: "percent" });
    const button = createButton("", () => pick(index));
    button.append(html("span", { class: "key" }, key), word,
      html("span", { class: "track", "aria-hidden": "true" }, length), percent);
    return { button, item: html("li", {}, button), word, length, percent };
  });
  const node = html("ol", { class: "rows", "aria-label": "Most probable next words" },
    ...rows.map((row) => row.item));
  return { node, show };

  /** Show words with their probabilities; return whether the focus was on a row that is gone. */
  function show(words, canPick) {
    const isLost = rows.some((row, index) => !words[index] && row.button.matches(":focus"));
    rows.forEach((row, index) => {
      const [word, probability] = words[index] ?? ["", 0];
      row.item.style.visibility = words[index] ? "visible" : "hidden";
      setAttributes(row.button, { "aria-disabled": !canPick(index) && "true" });
      row.word.textContent = name(word);
      row.word.classList.toggle("end", word === end);
      row.length.style.width = `${100 * probability}%`;
      row.percent.textContent = writePercent(probability);
    });
    return isLost;
  }
}

/** Let the keys 1 to 5 pick a word, but where they are typed; return what ends it. */
export function pickByKey(el, pick) {
  const onKey = (event) => {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (command || event.target.matches("textarea, input[type=number], select")) return;
    if (KEYS.includes(event.key)) pick(KEYS.indexOf(event.key));
  };
  el.addEventListener("keydown", onKey);
  return () => el.removeEventListener("keydown", onKey);
}

/** Show picked words, one box each. */
export function showPicked(node, chosen, name, end) {
  node.replaceChildren(...chosen.flatMap((word) => [
    html("span", { class: word === end ? "token end" : "token" }, name(word)), " "]));
  if (chosen.length === 0) node.textContent = "nothing yet";
}

/** Pick words and take them back where there is no Python: along the way that it went ahead. */
export function createPath(model) {
  const path = [model.get("answer"), ...model.get("ahead")];
  const place = () => model.get("chosen").length - path[0].chosen.length;
  const go = (number) => {
    const answer = path[Math.max(0, number)];
    change(model, { text: answer.text, chosen: answer.chosen, answer });
  };
  return {
    hint: "Click the first word to go on.",
    canPick: (index) => index === 0 && place() + 1 < path.length,
    canTakeBack: () => place() > 0,
    pick: () => go(place() + 1),
    takeBack: (count) => go(place() - count),
  };
}
