// Next words: a text, and the most probable words to go on with, to be picked by click or key.

import { change, createButton, follow, html, prepare, setAttributes } from "./common.js";
import {
  MOST_LETTERS, createField, createPath, createRows, isAlone, pickByKey, showPicked, writePercent,
} from "./typed_text.js";

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

function render({ model, el }) {
  const release = prepare(el);
  const end = model.get("end");
  const name = (word) => (word === end ? END : word.trim() || "(empty)");
  const field = createField({
    model, el, question: ["text", "chosen"], onType: (text) => change(model, { text, chosen: [] }),
  });
  const steps = isAlone(model) ? createPath(model) : createTalk(model, field.say);
  const soFar = html("p", { class: "so-far", dir: "auto" });
  const rows = createRows({ pick, name, end });
  const undo = createButton("Undo", () => takeBack(1));
  const again = createButton("Start again", () => takeBack(model.get("chosen").length));
  const status = html("span", { class: "unseen", role: "status" });
  const title = model.get("translate") ? "Translation so far" : "Picked so far";
  el.replaceChildren(html("div", { class: "typed-text" }, field.node,
    html("div", { class: "picked" }, html("p", { class: "title" }, `${title}:`), soFar), rows.node,
    html("div", { class: "buttons" }, undo, again, html("span", { class: "hint" }, steps.hint)), status));
  const unlisten = pickByKey(el, pick);
  let spoken = JSON.stringify(model.get("answer")); // what stands here at first is not announced
  const unfollow = follow(model, ["text", "chosen", "answer"], show);
  return () => { unfollow(); field.release(); unlisten(); release(); };

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
    showPicked(soFar, chosen, name, end);
    for (const button of [undo, again]) {
      setAttributes(button, { "aria-disabled": !steps.canTakeBack() && "true" });
    }
    if (!field.isCurrent()) return;
    if (rows.show(answer.words ?? [], steps.canPick)) undo.focus();
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
