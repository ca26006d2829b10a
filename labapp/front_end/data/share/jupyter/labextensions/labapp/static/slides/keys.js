// What a key does in a show; nothing where it is meant for what is on the slide.

const NEXT = ["PageDown", " ", "ArrowRight", "ArrowDown"];
const BACK = ["PageUp", "ArrowLeft", "ArrowUp"];
const OWN =
  "input, textarea, select, button, a, summary, [role=slider], [contenteditable=true], [data-live-view]";

export function actOf({ key, altKey, ctrlKey, metaKey, shiftKey, target }, show) {
  const inside = target.closest?.(OWN);
  if (key === "Enter" && (shiftKey || ctrlKey || !inside)) return () => show.runs.next();
  if (altKey || ctrlKey || metaKey) return undefined;
  if (key === "Escape") return inside ? () => show.panel.node.focus() : show.end;
  if (inside && !key.startsWith("Page")) return undefined;
  if (NEXT.includes(key)) return () => show.step(shiftKey ? -1 : 1);
  if (BACK.includes(key)) return () => show.step(-1);
  if (key === "Home") return () => show.step(-show.at);
  if (key === "End") return () => show.step(show.slides.length);
  if (key === "s") return () => show.app.commands.execute("labapp:speaker");
  if (key === "b" || key === ".") return () => show.panel.node.classList.toggle("labapp-dark");
  return undefined;
}
