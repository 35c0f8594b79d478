// One key for each thing that can be done on the review screen; all of it works by mouse and tab as well.
// Single keys can be turned off (WCAG 2.1.4); the choice stays in this browser.
(() => {
  const legend = document.querySelector("[data-keys]");
  const box = document.querySelector("[data-keys-on]");
  if (!legend || !box) return;
  const KEPT = "fundstelle-tasten";
  const kept = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  legend.hidden = false;
  box.checked = kept() !== "aus";
  box.addEventListener("change", () => { try { localStorage.setItem(KEPT, box.checked ? "an" : "aus"); } catch { /* kept for this page only */ } });

  const unfold = (summary) => {
    summary.parentElement.open = true;
    const field = summary.parentElement.querySelector("input:not([type=hidden])");
    field.focus();
  };
  const fold = () => {
    const open = document.activeElement.closest("details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.key === "Escape") return fold();
    if (!box.checked || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (!/^[a-z]$/i.test(event.key)) return;
    const wanted = document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.tagName === "SUMMARY") unfold(wanted);
    else wanted.click();
  });
})();
