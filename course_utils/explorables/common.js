// What the explorables share: elements, labelled controls, numbers as text, and a model for
// pages without Jupyter. Each explorable imports names from here; Python's module_source()
// puts this text in place of that import, so that one self-contained module reaches the page.

const SVG = "http://www.w3.org/2000/svg";
const prefix = `explorable-${Math.random().toString(36).slice(2, 8)}`;
let identifiers = 0;

/** Return a new id: labels name their controls by it. */
export function newId() {
  identifiers += 1;
  return `${prefix}-${identifiers}`;
}

/** Set attributes; false and null remove one. */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** Return an HTML element with attributes and children (elements or text). */
export function html(tag, attributes = {}, ...children) {
  const node = setAttributes(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

/** Return an SVG element with attributes and children (elements or text). */
export function svg(tag, attributes = {}, ...children) {
  const node = setAttributes(document.createElementNS(SVG, tag), attributes);
  node.append(...children);
  return node;
}

/** Return an SVG picture of width × height units; 16 units are as long as the font is high. */
export function picture(name, width, height, attributes = {}) {
  return svg("svg", {
    class: name, viewBox: `0 0 ${width} ${height}`, style: `width: ${width / 16}em`, ...attributes,
  });
}

/** Write a number with one or two decimals and a real minus sign: "0.5", "−1.25". */
export function format(number) {
  if (!Number.isFinite(number)) return number > 0 ? "∞" : number < 0 ? "−∞" : "not a number";
  const hundredths = Math.round(Math.abs(number) * 100);
  const digits = hundredths % 10 === 0 ? 1 : 2;
  const sign = number < 0 && hundredths > 0 ? "−" : "";
  return sign + (hundredths / 100).toFixed(digits);
}

/** Write a number as part of a sum: a negative one stands in brackets. */
export function inBrackets(number) {
  const text = format(number);
  return text.startsWith("−") ? `(${text})` : text;
}

/** Return "=" where two decimals show the number as it is, "≈" where they round it. */
export function equals(number) {
  return Math.abs(number - Math.round(number * 100) / 100) < 1e-9 ? "=" : "≈";
}

/** Return a name with its number as a subscript: "x₂". */
export function subscript(name, number) {
  return name + [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
}

/** Return round numbers between low and high, about as many as asked for. */
export function niceTicks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const ticks = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** A labelled slider that shows its value; its range grows with a value outside of it. */
export function createSlider({ name, limit, step, onInput }) {
  const id = newId();
  const input = html("input", { id, type: "range", min: -limit, max: limit, step });
  // The slider itself tells a screen reader its value.
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  const node = html("div", { class: "control" }, html("label", { for: id }, name), input, shown);
  function show(value) {
    const reach = Math.max(limit, Math.ceil(Math.abs(value)));
    setAttributes(input, { min: -reach, max: reach, "aria-valuetext": format(value) });
    if (Number(input.value) !== value) input.value = value;
    shown.textContent = format(value);
  }
  return { node, input, show };
}

/** A labelled drop-down. */
export function createSelect({ name, options, onChange }) {
  const id = newId();
  const select = html("select", { id }, ...options.map((option) => html("option", {}, option)));
  select.addEventListener("change", () => onChange(select.value));
  const node = html("div", { class: "control" }, html("label", { for: id }, name), select);
  return { node, input: select, show: (value) => { select.value = value; } };
}

/** A push button. */
export function createButton(name, onClick, attributes = {}) {
  const button = html("button", { type: "button", ...attributes }, name);
  button.addEventListener("click", onClick);
  return button;
}

/** A folded field that holds the state as one line to copy, and takes one that is pasted. */
export function createStateField(model, names, accept) {
  const id = newId();
  const field = html("input", { id, type: "text", spellcheck: "false", autocomplete: "off" });
  const answer = html("span", { role: "status" });
  field.addEventListener("focus", () => field.select());
  field.addEventListener("change", () => {
    try {
      accept(JSON.parse(field.value));
      answer.textContent = "taken over";
    } catch (error) {
      answer.textContent = `not a state of this picture: ${error.message}`;
    }
  });
  const node = html("details", { class: "state" },
    html("summary", {}, "Copy or paste this state"),
    html("div", { class: "control" }, html("label", { for: id }, "State"), field), answer);
  const write = () => { if (node.open) field.value = stateText(model, names); };
  node.addEventListener("toggle", () => {
    if (field.matches(":focus")) return; // the event comes late: somebody may be typing already
    answer.textContent = "";
    write();
  });
  return { node, show: write };
}

/** Return the named values of a model as one line of JSON. */
export function stateText(model, names) {
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, model.get(name)])));
}

/** Draw now and whenever one of the named values changes, here, in another view or in Python. */
export function follow(model, names, draw) {
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => names.forEach((name) => model.off(`change:${name}`, draw));
}

/** Set values and send them to Python. */
export function change(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** Make `el` the root of an explorable; JupyterLab and slides must not take its keys. */
export function prepare(el) {
  el.classList.add("course-explorable");
  const keep = (event) => {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    const typing = event.target.matches?.("input[type=text], textarea");
    if ((command && !typing) || (event.shiftKey && event.key === "Enter")) return;
    event.stopPropagation();
  };
  el.addEventListener("keydown", keep);
  return () => el.removeEventListener("keydown", keep);
}

/** Stand in for Jupyter's model where there is no kernel: in slides and in built pages. */
export function createModel(values) {
  const state = { ...values };
  const listeners = {};
  return {
    get: (name) => state[name],
    set(name, value) {
      if (Object.is(state[name], value)) return;
      state[name] = value;
      for (const listener of [...(listeners[`change:${name}`] ?? [])]) listener();
    },
    save_changes() {},
    on(name, listener) { (listeners[name] ??= []).push(listener); },
    off(name, listener) {
      listeners[name] = (listeners[name] ?? []).filter((other) => other !== listener);
    },
  };
}

/** Run an explorable in the figure with this id, from the JSON that the figure holds. */
export function mount(render, id) {
  const figure = document.getElementById(id);
  const values = JSON.parse(figure.querySelector("script[type='application/json']").textContent,
    (_, value) => (typeof value?.base64 === "string" ? decode(value.base64) : value));
  return render({ model: createModel(values), el: figure.querySelector("div") });
}

/** Return the bytes of a base64 text as Jupyter hands them over, a DataView. */
export function decode(base64) {
  return new DataView(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer);
}
