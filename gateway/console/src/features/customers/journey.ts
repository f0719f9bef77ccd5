import type { Journey, Matter, Step } from '@/api/customers';

/** A matter with its steps, in the order of time. */
export interface Told {
  key: string;
  matter: Matter;
  steps: Step[];
}

/** The matters, newest first, with what belongs to them. */
export function told({ matters, steps }: Pick<Journey, 'matters' | 'steps'>): Told[] {
  const known = new Map(steps.map((step) => [`${step.source}/${step.id}`, step]));
  return matters.map((matter) => ({
    key: matter.steps[0] ?? matter.from,
    matter,
    steps: matter.steps.map((id) => known.get(id)).filter((step) => step !== undefined),
  }));
}
