// One question of a lesson, as a form.
//
// The model holds the question (`spec`), what the learner has done (`state`) and, for a prediction, what came
// of it (`measured`). The form is built once and then only painted, so that the focus stays where it is and a
// screen reader is told what changed and nothing else. Every view of a model shows the same.

const MISSES = 2; // wrong tries after which the answers may be seen

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// Authors' sentences arrive as HTML that the kernel has escaped: code, em and strong are all there is in it.
function rich(name, html, attributes = {}) {
  const element = make(name, attributes);
  element.innerHTML = html;
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function keep(model, change) {
  model.set("state", { ...model.get("state"), ...change });
  model.save_changes();
}

// ------------------------------------------------------------------------------------------------ choice

function choice(model, spec, id) {
  const options = spec.answers.map((answer, place) => {
    const because = `${id}-because-${place}`;
    const input = make("input", {
      type: spec.several ? "checkbox" : "radio", name: id, value: place, id: `${id}-${place}`,
    });
    const verdict = make("strong", { class: "verdict" });
    const reason = rich("span", answer.because);
    const why = make("p", { class: "because", id: because, hidden: true }, verdict, " ", reason);
    const element = make("div", { class: "option" },
      make("label", { for: input.id }, input, rich("span", answer.html, { class: "text" })), why);
    return { answer, input, because, verdict, why, element };
  });
  const check = make("button", { type: "submit" }, "Check");
  const reveal = make("button", { type: "button", class: "quiet", hidden: true, "aria-expanded": "false" });
  const status = make("p", { class: "status", role: "status" });
  const many = spec.several ? [make("p", { class: "note" }, "Several answers are right.")] : [];
  const form = make("form", { novalidate: true },
    make("fieldset", {}, rich("legend", spec.question), ...many, ...options.map(({ element }) => element)),
    make("div", { class: "actions" }, check, reveal, status));
  let all = false; // whether this view shows every explanation

  const chosen = () => options.flatMap(({ input }, place) => (input.checked ? [place] : []));
  const isRight = (places) => options.every(({ answer }, place) => answer.right === places.includes(place));

  for (const { input } of options) {
    input.addEventListener("change", () => {
      all = false;
      keep(model, { chosen: chosen(), checked: false });
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const places = chosen();
    if (!places.length) return say(status, "Choose an answer first.");
    const misses = (model.get("state").misses ?? 0) + (isRight(places) ? 0 : 1);
    keep(model, { chosen: places, checked: true, misses });
  });
  reveal.addEventListener("click", () => {
    all = !all;
    paint();
  });

  function paint() {
    const { chosen: places = [], checked = false, misses = 0 } = model.get("state");
    const done = checked && isRight(places);
    for (const [place, { answer, input, because, verdict, why, element }] of options.entries()) {
      input.checked = places.includes(place);
      const shown = all || (checked && input.checked);
      why.hidden = !shown;
      say(verdict, answer.right ? "✓ Right." : "✗ No.");
      if (shown) input.setAttribute("aria-describedby", because);
      else input.removeAttribute("aria-describedby");
      element.dataset.verdict = shown ? (answer.right ? "right" : "wrong") : "";
    }
    reveal.hidden = !(done || misses >= MISSES);
    say(reveal, all ? "Hide the answers" : done ? "Why not the others?" : "Show the answers");
    reveal.setAttribute("aria-expanded", String(all));
    say(status, checked ? told(places, done) : "");
  }

  // The verdict with its reason, in one announcement.
  function told(places, done) {
    if (done) return "Right.";
    if (!spec.several) return "Not this one. Its reason stands below it.";
    const found = places.filter((place) => options[place].answer.right).length;
    const amiss = places.length - found;
    if (amiss) return amiss === 1 ? "One of these does not belong." : `${amiss} of these do not belong.`;
    return "These belong, and there is more.";
  }
  return { form, paint };
}

// -------------------------------------------------------------------------------------------- prediction

function prediction(model, spec, id) {
  const field = spec.choices.length ? oneOf(spec, id) : aNumber(spec, id);
  const button = make("button", { type: "submit" }, "Keep my prediction");
  const status = make("p", { class: "status", role: "status" });
  const actions = make("div", { class: "actions" }, button, status);
  const form = make("form", { novalidate: true }, field.element, actions);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = field.read();
    if (value === undefined) {
      field.invalid(true);
      return say(status, field.missing);
    }
    field.invalid(false);
    keep(model, { value });
    // Kept again, it is confirmed again, although nothing has changed.
    paint();
  });

  function paint() {
    const { value } = model.get("state");
    const measured = model.get("measured");
    if (value !== undefined) field.write(value);
    field.fix(Boolean(measured));
    button.hidden = Boolean(measured);
    const kept = value === undefined ? "" : `${field.said(value)}`;
    if (measured) say(status, `You predicted ${kept}. Measured: ${measured}`);
    else say(status, kept && `Kept: ${kept}. Run on to see.`);
  }
  return { form, paint };
}

function aNumber(spec, id) {
  const looks = { type: "text", inputmode: "decimal", autocomplete: "off", size: 8 };
  const input = make("input", { ...looks, id: `${id}-number` });
  const unit = spec.unit ? [make("span", { class: "unit", id: `${id}-unit` }, spec.unit)] : [];
  if (spec.unit) input.setAttribute("aria-describedby", `${id}-unit`);
  const label = rich("label", spec.question, { for: input.id, class: "question" });
  return {
    element: make("div", { class: "number" }, label, make("div", { class: "field" }, input, ...unit)),
    missing: "Give a number, such as 0.5.",
    read() {
      const text = input.value.trim().replace(",", ".");
      const value = Number(text);
      return text && Number.isFinite(value) ? value : undefined;
    },
    write(value) {
      if (this.read() !== value) input.value = String(value);
    },
    fix(fixed) {
      input.readOnly = fixed;
    },
    invalid(invalid) {
      input.setAttribute("aria-invalid", String(invalid));
      if (invalid) input.focus();
    },
    said: (value) => `${value} ${spec.unit}`.trim(),
  };
}

function oneOf(spec, id) {
  const radio = (_, place) => make("input", { type: "radio", name: id, id: `${id}-${place}` });
  const inputs = spec.choices.map(radio);
  const options = spec.choices.map(({ html }, place) =>
    make("div", { class: "option" },
      make("label", { for: inputs[place].id }, inputs[place], rich("span", html, { class: "text" }))));
  const place = (value) => spec.choices.findIndex((option) => option.value === value);
  return {
    element: make("fieldset", {}, rich("legend", spec.question), ...options),
    missing: "Choose one first.",
    read: () => spec.choices[inputs.findIndex((input) => input.checked)]?.value,
    write(value) {
      inputs.forEach((input, at) => (input.checked = at === place(value)));
    },
    fix(fixed) {
      for (const input of inputs) input.disabled = fixed;
    },
    invalid() {},
    said: (value) => options[place(value)]?.querySelector(".text").textContent ?? "",
  };
}

// --------------------------------------------------------------------------------------------------- view

function render({ model, el }) {
  const id = `labapp-quiz-${Math.random().toString(36).slice(2)}`;
  // No landmark: a page has many of these.
  const root = make("div", { class: "labapp-quiz", role: "group" });
  const spec = model.get("spec");
  const { form, paint } = (spec.kind === "choice" ? choice : prediction)(model, spec, id);
  root.setAttribute("aria-label", spec.kind === "choice" ? "Question" : "Prediction");
  root.append(form);
  el.append(root);
  // Arrows, Enter and letters are the form's own here; JupyterLab would leave the cell, or cut it.
  root.addEventListener("keydown", (event) => {
    const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
    if (!theirs) event.stopPropagation();
  });
  paint();
  model.on("change:state", paint);
  model.on("change:measured", paint);
  return () => {
    model.off("change:state", paint);
    model.off("change:measured", paint);
  };
}

export default { render };
