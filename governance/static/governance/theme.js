// Loaded before the first paint, and only this small: the reader's own choice of light or dark, kept in this browser.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be refused; the system's scheme then stands.
  }
})();
