import { expect, it } from 'vitest';
import { newlyDone, stepsFor } from './first-steps';

const at = (address: string) => {
  const { pathname, searchParams } = new URL(address, 'http://x');
  return { pathname, search: searchParams };
};

it('has five steps for each role that sees figures, none for others', () => {
  for (const role of ['manager', 'supervisor', 'sre', 'admin']) expect(stepsFor([role])).toHaveLength(5);
  expect(stepsFor(['agent'])).toEqual([]);
});

it('ticks what was done, once', () => {
  const steps = stepsFor(['manager']);
  expect(newlyDone(steps, {}, at('/explore?i=amount&by=channel'))).toEqual(['number', 'breakdown']);
  expect(newlyDone(steps, { number: true }, at('/explore?i=amount'))).toEqual([]);
  expect(newlyDone(steps, {}, at('/'))).toEqual([]);
});

it('leads each step to a place that ticks it', () => {
  for (const step of ['manager', 'supervisor', 'sre', 'admin'].flatMap((role) => stepsFor([role]))) expect(step.done(at(step.to))).toBe(true);
});
