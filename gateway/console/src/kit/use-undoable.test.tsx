import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useUndoable } from './use-undoable';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('does it after ten seconds', () => {
  const deed = vi.fn<() => void>();
  const { result } = renderHook(() => useUndoable(deed));
  act(() => result.current.start());
  expect(result.current.waiting).toBe(true);
  act(() => void vi.advanceTimersByTime(9_999));
  expect(deed).not.toHaveBeenCalled();
  act(() => void vi.advanceTimersByTime(1));
  expect(deed).toHaveBeenCalledOnce();
  expect(result.current.waiting).toBe(false);
});

it('does not do what was undone', () => {
  const deed = vi.fn<() => void>();
  const { result, unmount } = renderHook(() => useUndoable(deed));
  act(() => result.current.start());
  act(() => result.current.undo());
  act(() => void vi.advanceTimersByTime(60_000));
  unmount();
  expect(deed).not.toHaveBeenCalled();
});

it('does it at once where the reader leaves before', () => {
  const deed = vi.fn<() => void>();
  const { result, unmount } = renderHook(() => useUndoable(deed));
  act(() => result.current.start());
  unmount();
  expect(deed).toHaveBeenCalledOnce();
});
