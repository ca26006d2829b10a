// What can be had beside the outcome of a check: hints, a solution, another check and its outcome.
//
// The kernel holds what is shown, and is asked for more by messages; the page paints. It is built once, so
// that the focus stays where it is and a screen reader is told what is new and nothing else.

const PATIENCE = 5000;
const SILENCE =
  "No answer from the kernel yet: it is busy, or was restarted. " +
  "Then run all above this cell (menu Run), then this cell.";

function button(label, press, kind = "quiet") {
  const element = document.createElement("button");
  element.type = "button";
  element.className = kind;
  element.textContent = label;
  element.addEventListener("click", press);
  return element;
}

function block(name, ...children) {
  const element = document.createElement("div");
  element.className = name;
  element.append(...children);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The sentences come from the kernel, which has escaped them. Return whether these are others than before.
function fill(element, html) {
  element.hidden = !html;
  const changed = element.filled !== html;
  if (changed) element.innerHTML = html;
  element.filled = html;
  return changed;
}

// A link to another notebook is JupyterLab's to open, beside this one; it does not see what stands in a
// widget.
function connectLinks(element, model) {
  const { context, rendermime } = model.widget_manager ?? {};
  if (!context?.path || !rendermime?.linkHandler) return;
  const base = "http://here/";
  for (const link of element.querySelectorAll("a[href]")) {
    const url = new URL(link.getAttribute("href"), new URL(context.path, base));
    if (!url.href.startsWith(base)) continue;
    rendermime.linkHandler.handleLink(link, decodeURIComponent(url.pathname.slice(1)), url.hash);
  }
}

function render({ model, el }) {
  let asked = 0; // the timer of what was asked for and has not come
  let confirming = false;
  let folded = false; // whether the solution, once it was had, is put away

  const ask = (what) => {
    clearTimeout(asked);
    say(status, "");
    asked = setTimeout(() => say(status, SILENCE), PATIENCE);
    model.send({ ask: what });
  };
  const toSolution = () => {
    if (model.get("code")) {
      folded = !folded;
      return paint();
    }
    if (!model.get("doubt")) return ask("solution");
    confirming = true;
    paint();
    return show.focus();
  };
  const fromDoubt = (wanted) => {
    confirming = false;
    paint();
    solution.focus();
    if (wanted) ask("solution");
  };

  const outcome = block("outcome");
  const hints = block("hints");
  const code = document.createElement("code");
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", "One solution of several");
  shown.append(code);
  const hint = button("", () => ask("hint"), "");
  const solution = button("", toSolution);
  const again = button("Check again", () => ask("again"));
  const doubt = document.createElement("span");
  const show = button("Show it", () => fromDoubt(true), "");
  const sure = block("sure", doubt, show, button("Not yet", () => fromDoubt(false)));
  sure.setAttribute("role", "group");
  sure.setAttribute("aria-label", "Show the solution?");
  const status = document.createElement("p");
  status.className = "status";
  status.setAttribute("role", "status");

  function paint() {
    if (fill(outcome, model.get("outcome"))) connectLinks(outcome, model);
    fill(hints, model.get("hints"));
    const [had, all] = [model.get("had"), model.get("all")];
    hint.hidden = model.get("passed") || had >= all;
    say(hint, had ? `Next hint (${had + 1} of ${all})` : `Hint (1 of ${all})`);
    const text = model.get("code");
    shown.hidden = !text || folded;
    say(code, text);
    say(solution, !text || folded ? "Show a solution" : "Hide the solution");
    solution.setAttribute("aria-expanded", String(Boolean(text) && !folded));
    again.hidden = !model.get("repeatable");
    say(doubt, model.get("doubt"));
    sure.hidden = !confirming;
  }
  const answered = ({ said }) => {
    clearTimeout(asked);
    say(status, said);
  };

  // No landmark: a page has many of these.
  const root = document.createElement("div");
  root.className = "labapp-check";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Beside the outcome");
  root.append(outcome, hints, shown, block("actions", hint, solution, again), sure, status);
  el.append(root);
  // Enter and Space press a button here; JupyterLab would take letters for commands.
  root.addEventListener("keydown", (event) => {
    const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
    if (!theirs) event.stopPropagation();
  });
  paint();
  model.on("change", paint);
  model.on("msg:custom", answered);
  return () => {
    clearTimeout(asked);
    model.off("change", paint);
    model.off("msg:custom", answered);
  };
}

export default { render };
