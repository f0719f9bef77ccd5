// Marks everything that a pointer can use with a number, and gives the names: what the keyboard has to reach.
() => {
  const all = document.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]:not([tabindex="-1"])');
  const names = [];
  for (const element of all) {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest('[aria-hidden=true]') || element.tabIndex < 0) continue;
    // Of radio buttons of one name, the arrow keys reach the others.
    if (element.type === 'radio' && !element.checked) continue;
    element.dataset.reach = names.length;
    names.push((element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60) || element.outerHTML.slice(0, 100));
  }
  return names;
}
