/** What the keys of the desk do; each pane says it for what it has. */
export interface Acts {
  move?: (step: 1 | -1) => void;
  search?: () => void;
  reply?: () => void;
  note?: () => void;
  assign?: () => void;
  ticket?: () => void;
  resolve?: () => void;
  /** Puts a text into what is being written. */
  insert?: (text: string) => void;
}

/** Leads from one pane to what another one can do. */
export class Handles {
  private acts: Acts = {};

  /** Until the function that is returned is called. */
  put(acts: Acts): () => void {
    this.acts = { ...this.acts, ...acts };
    return () => {
      const others = Object.entries(this.acts).filter(([name, act]) => acts[name as keyof Acts] !== act);
      this.acts = Object.fromEntries(others);
    };
  }

  get now(): Readonly<Acts> {
    return this.acts;
  }
}
