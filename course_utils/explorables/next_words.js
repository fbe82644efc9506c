// Next words: a text, and the most probable words to go on with, to be picked by click or key.

import { change, createButton, follow, html, prepare, setAttributes } from "./common.js";
import { MOST_LETTERS, createField, isAlone, writePercent } from "./typed_text.js";

const KEYS = ["1", "2", "3", "4", "5"];
const END = "end of sentence";

/** Append a word to a text; a mark such as a comma stands without a space. */
export function append(text, word) {
  const glued = !text || /\s$/.test(text) || /^([.,;:!?…)\]’']|-\S)/.test(word);
  return text + (glued ? word : ` ${word}`);
}

/** Take the last word off a text. */
export function takeOff(text, word) {
  return text.endsWith(word) ? text.slice(0, text.length - word.length).trimEnd() : text;
}

/** The suggested words, one button a row; the rows stay, so that the focus stays, too. */
function createRows(pick) {
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
  function show(words, name, canPick) {
    const isLost = rows.some((row, index) => !words[index] && row.button.matches(":focus"));
    rows.forEach((row, index) => {
      const [word, probability] = words[index] ?? ["", 0];
      row.item.style.visibility = words[index] ? "visible" : "hidden";
      setAttributes(row.button, { "aria-disabled": !canPick(index) && "true" });
      row.word.textContent = name(word);
      row.word.classList.toggle("end", name(word) === END);
      row.length.style.width = `${100 * probability}%`;
      row.percent.textContent = writePercent(probability);
    });
    return isLost;
  }
}

/** Pick words and take them back where Python answers. */
function createTalk(model, say) {
  const [translate, end] = [model.get("translate"), model.get("end")];
  const grows = (word) => !translate && word !== end;
  return {
    hint: "Click a word, or press 1 to 5 outside the field.",
    canPick: () => true,
    canTakeBack: () => model.get("chosen").length > 0,
    pick(index) {
      const [word] = model.get("answer").words[index];
      const text = grows(word) ? append(model.get("text"), word) : model.get("text");
      if (text.length > MOST_LETTERS) say("The text is full.");
      else change(model, { text, chosen: [...model.get("chosen"), word] });
    },
    takeBack(count) {
      const chosen = [...model.get("chosen")];
      const taken = chosen.splice(-count);
      const text = taken.reverse().filter(grows).reduce(takeOff, model.get("text"));
      change(model, { text, chosen });
    },
  };
}

/** Do the same where there is no Python: along the way that it went ahead, the first word each time. */
function createPath(model) {
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

function render({ model, el }) {
  const release = prepare(el);
  const end = model.get("end");
  const name = (word) => (word === end ? END : word.trim() || "(empty)");
  const field = createField({
    model, el, question: ["text", "chosen"], onType: (text) => change(model, { text, chosen: [] }),
  });
  const steps = isAlone(model) ? createPath(model) : createTalk(model, field.say);
  const soFar = html("p", { class: "so-far", dir: "auto" });
  const rows = createRows(pick);
  const undo = createButton("Undo", () => takeBack(1));
  const again = createButton("Start again", () => takeBack(model.get("chosen").length));
  const status = html("span", { class: "unseen", role: "status" });
  const title = model.get("translate") ? "Translation so far" : "Picked so far";
  el.replaceChildren(html("div", { class: "typed-text" }, field.node,
    html("div", { class: "picked" }, html("p", { class: "title" }, `${title}:`), soFar), rows.node,
    html("div", { class: "buttons" }, undo, again, html("span", { class: "hint" }, steps.hint)), status));
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea")) return;
    if (KEYS.includes(event.key)) pick(KEYS.indexOf(event.key));
  };
  el.addEventListener("keydown", onKey);
  let spoken = JSON.stringify(model.get("answer")); // what stands here at first is not announced
  const unfollow = follow(model, ["text", "chosen", "answer"], show);
  return () => { unfollow(); field.release(); el.removeEventListener("keydown", onKey); release(); };

  /** Pick a suggested word, unless the suggestions are those for what stood here before. */
  function pick(index) {
    if (field.isCurrent() && model.get("answer").words?.[index] && steps.canPick(index)) steps.pick(index);
  }

  function takeBack(count) {
    if (steps.canTakeBack()) steps.takeBack(count);
  }

  function show() {
    const [chosen, answer] = [model.get("chosen"), model.get("answer")];
    field.show();
    soFar.replaceChildren(...chosen.flatMap((word) => [
      html("span", { class: word === end ? "token end" : "token" }, name(word)), " "]));
    if (chosen.length === 0) soFar.textContent = "nothing yet";
    for (const button of [undo, again]) {
      setAttributes(button, { "aria-disabled": !steps.canTakeBack() && "true" });
    }
    if (!field.isCurrent()) return;
    if (rows.show(answer.words ?? [], name, steps.canPick)) undo.focus();
    const words = JSON.stringify(answer);
    if (words !== spoken) status.textContent = announce(answer, chosen);
    spoken = words;
  }

  function announce(answer, chosen) {
    if (answer.message) return ""; // the field says it
    if (chosen.at(-1) === end) return "The sentence is complete.";
    return `Next: ${answer.words.map(([word, p]) => `${name(word)} ${writePercent(p)}`).join(", ")}`;
  }
}

export default { render };
