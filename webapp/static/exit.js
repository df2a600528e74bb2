// Quick exit at once: the page is blank before the way out answers, and no way leads back to what it showed.
(() => {
  "use strict";
  const link = document.querySelector("header .exit"), born = Date.now();
  if (!link) return;
  // When this tab was left is all that is kept, for pages that the browser holds ready for its back button.
  const left = (at) => {
    try {
      if (at) sessionStorage.setItem("left", at);
      return Number(sessionStorage.getItem("left"));
    } catch (refused) {
      return at || 0;
    }
  };
  let gone = 0;
  const leave = () => {
    document.documentElement.hidden = true;
    document.title = "";
    document.body.textContent = "";
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    gone = left(Date.now()) || 1;
    leave();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && (gone || left() >= born)) leave();
  });
})();
