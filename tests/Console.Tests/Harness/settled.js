// True when the page shows all that it is going to: signed in, nothing on its way, no skeleton, every chart drawn.
() => {
  if (document.querySelector('form input[type=password]')) return true;
  const busy = document.querySelector('[data-fetching]');
  if (!busy || busy.dataset.fetching !== '0') return false;
  if (!document.querySelector('#content')?.childElementCount) return false;
  if (document.querySelector('[role=status][aria-label]')) return false;
  return [...document.querySelectorAll('div[role=img]')].every((chart) => chart.querySelector('svg'));
}
