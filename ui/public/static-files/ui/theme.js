// Before anything is painted: the theme that the address or this browser asks for, else the system's.
(function () {
  var theme = new URLSearchParams(location.search).get("theme");
  try {
    theme = theme || localStorage.getItem("assay.theme");
  } catch {
    // Storage is shut off: the system's theme it is.
  }
  if (theme !== "light" && theme !== "dark") theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
})();
