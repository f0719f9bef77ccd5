import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

// No test talks to a server that it has not put up itself.
beforeEach(() => void vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no server'))));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
});
