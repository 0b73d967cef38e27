// Rules of a draft put in order by dragging. Without this the buttons beside each rule do the same.
const form = document.querySelector("[data-order]");
const list = document.querySelector("[data-rules]");

if (form && list && list.children.length > 1) {
  let dragged = null;
  const items = () => [...list.children];
  const unmark = () => items().forEach((item) => item.removeAttribute("data-over"));

  for (const item of items()) item.draggable = true;

  // Text in a rule can still be selected, and its links and buttons still be used.
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("[data-code]");
    if (item) item.draggable = !event.target.closest("a, button, summary, code");
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-code]");
    if (!dragged) return;
    dragged.dataset.dragged = "";
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.code);
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    unmark();
    place(event)?.setAttribute("data-over", "");
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const before = items().map((item) => item.dataset.code).join(" ");
    list.insertBefore(dragged, place(event));
    const codes = items().map((item) => item.dataset.code).join(" ");
    if (codes === before) return;
    form.elements.order.value = codes;
    form.elements.moved.value = dragged.dataset.code;
    form.requestSubmit();
  });
  list.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    unmark();
  });

  /** The rule before which the dragged one would stand; null at the end. */
  function place(event) {
    return items().find((item) => {
      const box = item.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    }) ?? null;
  }
}
