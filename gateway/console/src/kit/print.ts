import type { QueryClient } from '@tanstack/react-query';

/** Prints when nothing is being loaded any more, so that no panel is missing. [E4] */
export async function printWhenLoaded(queries: QueryClient): Promise<void> {
  if (queries.isFetching() > 0) {
    await new Promise<void>((resolve) => {
      const stop = queries.getQueryCache().subscribe(() => {
        if (queries.isFetching() > 0) return;
        stop();
        resolve();
      });
    });
  }
  // The last answer is drawn first.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  window.print();
}
