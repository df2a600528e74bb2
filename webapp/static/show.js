// Shows or hides a password in place; without scripts the same link loads the page with it shown.
document.querySelectorAll("[data-shows]").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.getElementById(link.dataset.shows), words = link.textContent;
    field.type = field.type === "password" ? "text" : "password";
    link.textContent = link.dataset.other;
    link.dataset.other = words;
    field.focus();
  });
});
