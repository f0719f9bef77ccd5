// Keeps what the browser measures of loading and of answering, for the whole life of the page.
(() => {
  const vitals = (window.vitals = { lcp: 0, element: '', cls: 0, inp: 0 });
  const observe = (type, each, more) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (entry) => {
    vitals.lcp = entry.startTime;
    vitals.element = entry.element ? `${entry.element.tagName} ${(entry.element.textContent ?? '').slice(0, 40)}` : '';
  });
  observe('layout-shift', (entry) => {
    if (!entry.hadRecentInput) vitals.cls += entry.value;
  });
  observe('event', (entry) => {
    if (entry.interactionId) vitals.inp = Math.max(vitals.inp, entry.duration);
  }, { durationThreshold: 16 });
})();
