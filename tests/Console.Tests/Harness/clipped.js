// Texts that are cut off: they reach out of an element that hides what does not fit, or out of the page.
() => {
  const found = [];
  const hides = (value) => value === 'hidden' || value === 'clip';
  const isForReadersOnly = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { clipPath, clip } = getComputedStyle(at);
      if (clipPath.startsWith('inset(50%') || clip.startsWith('rect(0px')) return true;
      if (at.tagName === 'svg' || at.tagName === 'CANVAS') return true;
    }
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const words = text.textContent.trim();
    const element = text.parentElement;
    if (!words || !element?.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) || ['SCRIPT', 'STYLE', 'OPTION'].includes(element.tagName)) continue;
    if (isForReadersOnly(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    let scrolls = false;
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      const frame = at.getBoundingClientRect();
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') scrolls = true;
      const cutX = hides(style.overflowX) && !scrolls && (box.right > frame.right + 1.5 || box.left < frame.left - 1.5);
      const cutY = hides(style.overflowY) && (box.bottom > frame.bottom + 3 || box.top < frame.top - 3);
      if (cutX || cutY) {
        found.push(`"${words.slice(0, 80)}" in ${at.tagName.toLowerCase()}.${at.className}`);
        break;
      }
    }
    if (!scrolls && box.right > document.documentElement.clientWidth + 1.5) found.push(`"${words.slice(0, 80)}" reaches out of the page`);
  }
  for (const field of document.querySelectorAll('button, a, label, select')) {
    if (!field.checkVisibility() || field.closest('[role=region]')) continue;
    if (field.tagName !== 'SELECT' && hides(getComputedStyle(field).overflowX) && field.scrollWidth > field.clientWidth + 1) found.push(`"${field.textContent.trim().slice(0, 80)}" does not fit its ${field.tagName.toLowerCase()}`);
  }
  const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) found.push(`the page is ${wide} px wider than the window`);
  return found;
}
