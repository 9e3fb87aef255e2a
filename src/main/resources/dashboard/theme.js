// Sets the colours before anything is drawn; kept small because it blocks.
(() => {
  let kept = "auto";
  try {
    kept = localStorage.getItem("transship-theme") ?? "auto";
  } catch {
    // A browser that keeps nothing follows the system.
  }
  document.documentElement.dataset.theme = kept === "light" || kept === "dark" ? kept : "auto";
})();
