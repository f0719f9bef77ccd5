/** A worker: its clock goes on while the page is in the background. */
const EVERY = 15_000;

setInterval(() => postMessage('beat'), EVERY);
