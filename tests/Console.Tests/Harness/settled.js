// True when the page shows all that it is going to: signed in, nothing on its way, no skeleton, every chart drawn.
() => {
  const busy = document.querySelector('[data-fetching]');
  // Nobody is signed in: the form, or why there is none.
  if (!busy) return document.querySelector('main input[type=password], main [role=alert] code') !== null;
  if (busy.dataset.fetching !== '0') return false;
  if (!document.querySelector('#content')?.childElementCount) return false;
  if (document.querySelector('[role=status][aria-label]')) return false;
  return [...document.querySelectorAll('div[role=img]')].every((chart) => chart.querySelector('svg'));
}
