// Plays a recording in place, and stops it when it is touched again; without scripts the link opens it. Fetches nothing before.
const player = new Audio();
let playing = null;
player.preload = "none";

const mark = (link) => {
  playing?.classList.remove("on");
  playing = link;
  playing?.classList.add("on");
};

player.addEventListener("ended", () => mark(null));
document.addEventListener("click", (event) => {
  if (event.target.closest("header .exit")) return player.pause(); // the page may stand, blank, until the way out answers
  const link = event.target.closest("a.speak");
  if (!link) return;
  event.preventDefault();
  player.pause();
  if (link === playing) return mark(null);
  mark(link);
  player.src = link.href;
  player.play().catch((error) => {
    if (error.name === "AbortError" || document.documentElement.hidden) return; // another one was touched meanwhile, or the exit
    mark(null);
    location.assign(link.href); // which another program of the phone may play
  });
});
